package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Moment;
import dev.keymgr.key.SigningKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Which keys were trusted when. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        description = {
            "Says which keys of a scope were trusted at an instant: those that stood in its documents then, neither removed nor"
                    + " revoked yet, with the state they were in. From the inventory, which forgets no key; opens no token.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr history consumer",
            "  keymgr history consumer --at 2026-11-01T00:00:00Z",
            "  keymgr -o json history consumer --at 2026-11-01T02:00:00+02:00 | jq -r '.keys[].kid'"
        })
final class HistoryCommand implements Callable<Integer> {
    /** What puts a key into a state, in the order in which a life passes them; a later one at the same instant wins. */
    private static final Map<Moment, KeyState> STATES = new LinkedHashMap<>();

    static {
        STATES.put(Moment.PUBLISHED, KeyState.PUBLISHED);
        STATES.put(Moment.ACTIVATED, KeyState.ACTIVE);
        STATES.put(Moment.SUSPENDED, KeyState.SUSPENDED);
        STATES.put(Moment.RETIRED, KeyState.RETIRED);
    }

    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "SCOPE", description = "The scope.")
    private String scope = "";

    @Option(names = "--at", paramLabel = "TIME", description = "That instant; now unless said.")
    private @Nullable String at;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        ScopeConfig config = root.workbench().requireScope(scope);
        Instant instant = instant(root.workbench().now());
        Style style = root.terminal().style();
        Table table = new Table()
                .row(
                        style.dim("KID"),
                        style.dim("ALG"),
                        style.dim("STATE THEN"),
                        style.dim("PUBLISHED"),
                        style.dim("SIGNED FROM"),
                        style.dim("SIGNED UNTIL"),
                        style.dim("TRUST ENDED"));
        List<Map<String, Object>> views = new ArrayList<>();
        for (SigningKey key :
                root.workbench().inventory().read(config.scope().name()).keys()) {
            if (wasTrusted(key, instant)) {
                views.add(view(key, instant));
                table.row(
                        key.kid().prefix(),
                        key.algorithm().name(),
                        stateAt(key, instant).name(),
                        Times.at(key.times().require(Moment.PUBLISHED)),
                        shown(key.times().find(Moment.ACTIVATED)),
                        shown(signedUntil(key)),
                        shown(trustEnd(key))
                                + (key.times().find(Moment.COMPROMISED).isPresent() ? " revoked" : ""));
            }
        }
        if (root.isJson()) {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("scope", scope);
            answer.put("at", instant.toString());
            answer.put("keys", views);
            root.print(answer);
        } else if (views.isEmpty()) {
            root.terminal().print("no key of " + scope + " was trusted at " + Times.at(instant));
        } else {
            table.lines("").forEach(root.terminal()::print);
        }
        return ExitCodes.DONE;
    }

    private Instant instant(Instant now) {
        String text = at;
        return text == null
                ? now
                : Input.instant(text)
                        .filter(instant -> !instant.isAfter(now))
                        .orElseThrow(() -> new KeymgrException(
                                ErrorCode.USAGE,
                                "--at '" + text
                                        + "' is not an instant in the past; write for example 2026-11-01T00:00:00Z"));
    }

    /** From the instant of publication on, until that of removal or revocation, which is not included. */
    static boolean wasTrusted(SigningKey key, Instant at) {
        return key.times().find(Moment.PUBLISHED).filter(t -> !t.isAfter(at)).isPresent()
                && trustEnd(key).filter(t -> !t.isAfter(at)).isEmpty();
    }

    /** When it stopped signing for good; empty where it never began, or goes on. */
    private static Optional<Instant> signedUntil(SigningKey key) {
        return key.times().find(Moment.ACTIVATED).isEmpty()
                ? Optional.empty()
                : key.times().find(Moment.RETIRED).or(() -> key.times().find(Moment.COMPROMISED));
    }

    /** When it left the documents or was revoked, whichever came first; empty while it is trusted. */
    private static Optional<Instant> trustEnd(SigningKey key) {
        Optional<Instant> removed = key.times().find(Moment.REMOVED);
        Optional<Instant> revoked = key.times().find(Moment.COMPROMISED);
        return removed.isPresent() && revoked.isPresent()
                ? removed.filter(t -> t.isBefore(revoked.get())).or(() -> revoked)
                : removed.or(() -> revoked);
    }

    /** The state that its last moment up to the instant put it into. */
    static KeyState stateAt(SigningKey key, Instant at) {
        KeyState state = KeyState.PUBLISHED;
        Instant since = Instant.MIN;
        for (Map.Entry<Moment, KeyState> each : STATES.entrySet()) {
            Instant moment = key.times().find(each.getKey()).orElse(Instant.MAX);
            if (!moment.isAfter(at) && !moment.isBefore(since)) {
                state = each.getValue();
                since = moment;
            }
        }
        return state;
    }

    private static Map<String, Object> view(SigningKey key, Instant at) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("kid", key.kid().value());
        view.put("algorithm", key.algorithm().name());
        view.put("stateThen", stateAt(key, at).name());
        view.put("stateNow", key.state().name());
        view.put("times", Views.times(key));
        trustEnd(key).ifPresent(t -> view.put("trustEndedAt", t.toString()));
        return view;
    }

    private static String shown(Optional<Instant> at) {
        return at.map(Times::at).orElse("-");
    }
}
