package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.json.Json;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Scope;
import dev.keymgr.token.Decision;
import dev.keymgr.token.TokenRejectedException;
import dev.keymgr.token.TokenVerifier;
import dev.keymgr.token.TrustedKeys;
import dev.keymgr.token.Verdict;
import dev.keymgr.token.VerificationPolicy;
import dev.keymgr.token.VerifiedToken;
import dev.keymgr.token.remote.RemoteKeySource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What becomes of a token. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Judges a token as a verifier of one scope would: exit 0 accepted, 31 signed by another scope's key, 32 its key is"
                    + " revoked or expired, 33 otherwise rejected. Opens no token of the HSM, and no connection but to --url.",
            "With --url: goes by what is published there, as a relying party does, and exits 40 when that cannot be fetched or"
                    + " is refused.",
            "With --lines: one token a line, one JSON verdict a line, for searching logs; exit 31 if any was cross-scope, else 0.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr verify enterprise token.txt",
            "  keymgr sign consumer claims.json | keymgr verify enterprise",
            "  grep -o 'ey[^ ]*' access.log | keymgr verify enterprise --lines | grep CROSS_SCOPE",
            "  keymgr verify enterprise --url https://login.example/enterprise --authority enterprise.pem token.txt",
            "  keymgr verify enterprise --lines --decisions decisions.jsonl tokens.txt",
            "  keymgr verify enterprise --lines --at 2026-11-01T00:00:00Z tokens.txt"
        })
final class VerifyCommand implements Callable<Integer> {
    private static final int TOKEN_BYTES_MAX = 1 << 20;

    /** Lines judged together, by all processors; bounds the memory. */
    private static final int BATCH = 4_096;

    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "SCOPE", description = "The scope that is asked to accept it.")
    private String scope = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "FILE",
            description = "The token; - or nothing for standard input.")
    private @Nullable Path file;

    @Option(
            names = "--audience",
            paramLabel = "AUD",
            description = "Demand this audience; any of the scope's unless said.")
    private List<String> audiences = List.of();

    @Option(
            names = "--type",
            paramLabel = "TYP",
            defaultValue = VerificationPolicy.ACCESS_TOKEN,
            description = "Demand this typ; ${DEFAULT-VALUE} unless said.")
    private String type = VerificationPolicy.ACCESS_TOKEN;

    @Option(names = "--lines", description = "One token a line in, one JSON verdict a line out.")
    private boolean lines;

    @Option(
            names = "--at",
            paramLabel = "TIME",
            description =
                    "Judge as at that instant, with the keys published then; a key that is revoked by now is refused all the"
                            + " same.")
    private @Nullable String at;

    @Mixin
    private RelyingParty party = new RelyingParty();

    @Option(
            names = "--decisions",
            paramLabel = "FILE",
            description = "Append a record of each decision, one JSON object a line, without token bodies.")
    private @Nullable Path decisions;

    /** How the records call this command. */
    private static final String VERIFIER = "keymgr verify";

    @Override
    public Integer call() throws IOException {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Path file = decisions;
        if (file == null) {
            return decide(root, null);
        }
        try (DecisionFile kept = DecisionFile.append(root.machine().directory().resolve(file))) {
            return decide(root, kept);
        }
    }

    private int decide(KeymgrCommand root, @Nullable Consumer<Decision> told) throws IOException {
        if (!party.isAsked()) {
            party.requireUnused();
            Workbench workbench = root.workbench();
            return judge(root, verifier(workbench, workbench.requireScope(scope), told));
        }
        if (at != null) {
            throw new KeymgrException(
                    ErrorCode.USAGE, "--url shows what is published now; --at goes by the inventory, without --url");
        }
        RelyingParty.Judge judge =
                party.judge(root, scope, audiences, type, root.machine().clock());
        try (RemoteKeySource keys = judge.keys()) {
            return judge(root, verifier(judge.scope(), judge.policy(), keys, judge.clock(), told));
        }
    }

    private int judge(KeymgrCommand root, TokenVerifier verifier) throws IOException {
        return lines ? judgeLines(root, verifier) : judgeOne(root, verifier);
    }

    private static TokenVerifier verifier(
            Scope scope, VerificationPolicy policy, TrustedKeys keys, Clock clock, @Nullable Consumer<Decision> told) {
        return told == null
                ? new TokenVerifier(scope, policy, keys, clock)
                : new TokenVerifier(scope, policy, keys, clock, VERIFIER, told);
    }

    private TokenVerifier verifier(Workbench workbench, ScopeConfig config, @Nullable Consumer<Decision> told) {
        Instant now = instant(workbench.now());
        Set<String> demanded =
                new HashSet<>(audiences.isEmpty() ? config.scope().audiences() : audiences);
        if (!config.scope().audiences().containsAll(demanded)) {
            throw new KeymgrException(
                    ErrorCode.USAGE,
                    "--audience " + demanded + " is not of scope "
                            + config.scope().name() + ", which has "
                            + config.scope().audiences());
        }
        VerificationPolicy policy = new VerificationPolicy(
                type,
                demanded,
                config.policy().lifetime().leeway(),
                config.policy().lifetime().skew(),
                config.policy().lifetime().max());
        Clock clock = at == null ? workbench.clock() : Clock.fixed(now, ZoneOffset.UTC);
        return verifier(config.scope(), policy, InventoryKeys.read(workbench, config, now), clock, told);
    }

    private Instant instant(Instant now) {
        String text = at;
        if (text == null) {
            return now;
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new KeymgrException(
                    ErrorCode.USAGE,
                    "--at '" + text + "' is not an instant; write for example 2026-11-01T00:00:00Z",
                    e);
        }
    }

    private int judgeOne(KeymgrCommand root, TokenVerifier verifier) {
        String token = new String(Input.read(root, file, TOKEN_BYTES_MAX), StandardCharsets.UTF_8).strip();
        Map<String, Object> view = new LinkedHashMap<>();
        Verdict verdict = judge(verifier, token, view);
        if (root.isJson()) {
            root.print(view);
        } else {
            Style style = root.terminal().style();
            String shown = verdict == Verdict.ACCEPTED ? style.good(verdict.name()) : style.bad(verdict.name());
            root.terminal()
                    .print(shown + " in " + scope + (view.containsKey("reason") ? ": " + view.get("reason") : ""));
            if (verdict == Verdict.ACCEPTED) {
                root.terminal().print(Json.renderPretty(view.get("claims")));
            }
        }
        return ExitCodes.of(verdict);
    }

    private static Verdict judge(TokenVerifier verifier, String token, Map<String, Object> view) {
        try {
            VerifiedToken accepted = verifier.verify(token);
            view.put("verdict", Verdict.ACCEPTED.name());
            view.put("scope", accepted.scope().value());
            view.put("claims", accepted.claims());
            return Verdict.ACCEPTED;
        } catch (TokenRejectedException e) {
            view.put("verdict", e.verdict().name());
            view.put("reason", e.reason());
            e.signedBy().ifPresent(s -> view.put("signedBy", s.value()));
            return e.verdict();
        }
    }

    private int judgeLines(KeymgrCommand root, TokenVerifier verifier) throws IOException {
        boolean crossed = false;
        long first = 1;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(Input.open(root, file), StandardCharsets.UTF_8))) {
            List<String> batch = new ArrayList<>();
            String line = reader.readLine();
            while (line != null) {
                batch.add(line.strip());
                // Who follows a log wants the verdict now, not when enough lines have come.
                if (batch.size() == BATCH || !reader.ready()) {
                    crossed |= judgeBatch(root, verifier, batch, first);
                    first += batch.size();
                    batch.clear();
                }
                line = reader.readLine();
            }
            crossed |= judgeBatch(root, verifier, batch, first);
        }
        return crossed ? ExitCodes.of(Verdict.CROSS_SCOPE) : ExitCodes.DONE;
    }

    /** In order of the lines; claims are left out, for a log of verdicts must not become a log of claims. */
    private static boolean judgeBatch(KeymgrCommand root, TokenVerifier verifier, List<String> tokens, long first) {
        List<Map<String, Object>> views = IntStream.range(0, tokens.size())
                .parallel()
                .mapToObj(i -> {
                    Map<String, Object> view = new LinkedHashMap<>();
                    view.put("line", first + i);
                    judge(verifier, tokens.get(i), view);
                    view.remove("claims");
                    return view;
                })
                .toList();
        views.forEach(v -> root.terminal().print(new String(Json.render(v), StandardCharsets.UTF_8)));
        root.terminal().out().flush();
        return views.stream().anyMatch(v -> Verdict.CROSS_SCOPE.name().equals(v.get("verdict")));
    }
}
