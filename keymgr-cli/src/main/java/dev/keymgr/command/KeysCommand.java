package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Moment;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The list of keys. */
@Command(
        name = "keys",
        mixinStandardHelpOptions = true,
        description = {"Lists the keys of every scope, or of one. Opens no token.", ""},
        footer = {"", "Examples:", "  keymgr keys", "  keymgr keys consumer --all", "  keymgr -o json keys"})
final class KeysCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", arity = "0..1", paramLabel = "SCOPE", description = "Only this scope.")
    private @Nullable String scope;

    @Option(names = "--all", description = "Also keys that were removed, revoked or given up.")
    private boolean all;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Workbench workbench = root.workbench();
        Instant now = workbench.now();
        Style style = root.terminal().style();
        Table table = new Table()
                .row(
                        style.dim("SCOPE"),
                        style.dim("KID"),
                        style.dim("ALG"),
                        style.dim("STATE"),
                        style.dim("TOKEN"),
                        style.dim("AGE"),
                        style.dim("SINCE"));
        List<Map<String, Object>> views = new ArrayList<>();
        for (ScopeConfig config : workbench.scopes(scope)) {
            Keyring keyring = workbench.inventory().read(config.scope().name());
            for (SigningKey key : keyring.keys()) {
                if (all || !key.state().isFinal()) {
                    views.add(Views.key(key, config.policy(), now));
                    table.row(
                            config.scope().name().value(),
                            key.kid().prefix(),
                            key.algorithm().name(),
                            state(key, new Timing(config.policy()), now, style),
                            key.location().token().value(),
                            Times.rough(Duration.between(key.times().generatedAt(), now)),
                            Times.at(since(key)));
                }
            }
        }
        if (root.isJson()) {
            root.print(Map.of("keys", views));
        } else {
            table.lines("").forEach(root.terminal()::print);
        }
        return ExitCodes.DONE;
    }

    /** The stored state, or READY and DEAD where the clock has made it so. */
    static String state(SigningKey key, Timing timing, Instant now, Style style) {
        return switch (key.state()) {
            case PUBLISHED -> timing.readyAt(key).orElseThrow().result().isAfter(now) ? "PUBLISHED" : "READY";
            case RETIRED -> timing.deadAt(key).result().isAfter(now) ? "RETIRED" : "DEAD";
            case ACTIVE -> style.good("ACTIVE");
            case COMPROMISED, SUSPENDED -> style.bad(key.state().name());
            case GENERATED, REMOVED, DESTROYED -> style.dim(key.state().name());
        };
    }

    private static Instant since(SigningKey key) {
        Moment moment = switch (key.state()) {
            case GENERATED -> Moment.GENERATED;
            case PUBLISHED -> Moment.PUBLISHED;
            case ACTIVE -> Moment.ACTIVATED;
            case SUSPENDED -> Moment.SUSPENDED;
            case RETIRED -> Moment.RETIRED;
            case REMOVED -> Moment.REMOVED;
            case COMPROMISED -> Moment.COMPROMISED;
            case DESTROYED -> Moment.DESTROYED;
        };
        return key.times().require(moment);
    }
}
