package dev.keymgr.command;

import dev.keymgr.config.KeymgrConfig;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.config.StarterConfig.Pace;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.ScopeName;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.lifecycle.Lifecycle;
import dev.keymgr.token.TokenRejectedException;
import dev.keymgr.token.TokenVerifier;
import dev.keymgr.token.Verdict;
import dev.keymgr.token.VerificationPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Everything from nothing. */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        description = {
            "From nothing to a working set-up in one folder: the simulated HSM, a commented keymgr.yaml, two scopes with two tokens"
                    + " each, keys, both documents; then a token of each scope, accepted in its own and refused in the other. Run"
                    + " again it finishes what is missing, or says what is there and changes nothing.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr quickstart",
            "  keymgr quickstart --fast /tmp/demo     a rollover in seconds, to watch"
        })
final class QuickstartCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "DIR",
            defaultValue = ".keymgr",
            description = "The folder; ${DEFAULT-VALUE} unless said.")
    private Path folder = Path.of(".keymgr");

    @Option(
            names = "--fast",
            description = "A policy of seconds instead of days, so that a whole rollover can be watched.")
    private boolean fast;

    @Option(names = "--dry-run", description = "Only say what would be made.")
    private boolean dryRun;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Path home = root.machine().directory().resolve(folder).normalize();
        if (dryRun) {
            foretell(root, home);
            return ExitCodes.DONE;
        }
        Workbench workbench = root.open(Starter.ensure(root, home, fast ? Pace.SECONDS : Pace.DAYS));
        boolean there = isThere(workbench);
        List<Judgement> judgements = there ? List.of() : make(root, workbench);
        if (root.isJson()) {
            root.print(view(workbench.config(), there, judgements));
        } else {
            if (there) {
                root.terminal().print("everything is there in " + home + "; nothing was changed");
            }
            judgements.forEach(j -> print(root.terminal(), j));
            whereAndNext(root.terminal(), workbench.config());
        }
        return judgements.stream().allMatch(Judgement::asExpected) ? ExitCodes.DONE : ExitCodes.CHECK_FAILED;
    }

    private static void foretell(KeymgrCommand root, Path home) {
        boolean begun = Files.exists(home.resolve("keymgr.yaml"));
        if (root.isJson()) {
            root.print(Map.of("dryRun", true, "folder", home.toString(), "begun", begun));
        } else {
            root.terminal()
                    .print("would make a configuration, tokens, a store and keys in " + home
                            + (begun ? " where they are missing" : ""));
        }
    }

    private static List<Judgement> make(KeymgrCommand root, Workbench workbench) {
        Terminal terminal = root.terminal();
        new Setup(workbench, root.machine(), root.isJson() ? terminal::say : terminal::print).run();
        Lifecycle lifecycle = workbench.lifecycle((scope, what) -> terminal.say(scope + ": " + what));
        for (ScopeName scope : workbench.config().scopes().keySet()) {
            Advance advance = lifecycle.advance(scope);
            if (advance.firstError().isPresent()) {
                throw advance.firstError().get();
            }
        }
        return crossExamine(workbench);
    }

    private static boolean isThere(Workbench workbench) {
        if (!workbench.hasStore()) {
            return false;
        }
        workbench.migrateStore(); // a run that was killed may have left it without tables
        return workbench.config().scopes().keySet().stream()
                .map(workbench.inventory()::read)
                .allMatch(k -> k.keys().stream().anyMatch(key -> key.state() == KeyState.ACTIVE)
                        && k.keys().stream().anyMatch(key -> key.state() == KeyState.PUBLISHED));
    }

    /** What the verifier of one scope says of a token of one. */
    private record Judgement(ScopeName token, ScopeName judge, Verdict verdict, String says) {
        boolean own() {
            return token.equals(judge);
        }

        boolean asExpected() {
            return own() == (verdict == Verdict.ACCEPTED);
        }
    }

    /** One token for each scope, shown to the verifier of each scope. */
    private static List<Judgement> crossExamine(Workbench workbench) {
        List<Judgement> judgements = new ArrayList<>();
        for (ScopeName scope : workbench.config().scopes().keySet()) {
            String token = workbench.signer(scope).sign(Map.of("sub", "quickstart"));
            workbench
                    .config()
                    .scopes()
                    .values()
                    .forEach(judge -> judgements.add(judge(workbench, scope, token, judge)));
        }
        return judgements;
    }

    private static Judgement judge(Workbench workbench, ScopeName scope, String token, ScopeConfig judge) {
        VerificationPolicy policy = VerificationPolicy.accessTokens(
                new HashSet<>(judge.scope().audiences()),
                judge.policy().lifetime().max());
        TokenVerifier verifier = new TokenVerifier(
                judge.scope(), policy, InventoryKeys.read(workbench, judge, workbench.now()), workbench.clock());
        ScopeName name = judge.scope().name();
        try {
            String subject = verifier.verify(token).subject().orElse("none");
            return new Judgement(scope, name, Verdict.ACCEPTED, "sub " + subject);
        } catch (TokenRejectedException e) {
            return new Judgement(scope, name, e.verdict(), e.reason());
        }
    }

    private static void print(Terminal terminal, Judgement judgement) {
        String says = judgement.verdict() + ", " + judgement.says();
        Style style = terminal.style();
        terminal.print("a token of " + judgement.token() + " in " + judgement.judge() + ": "
                + (judgement.own() ? style.good(says) : style.bad(says)));
    }

    private static Map<String, Object> view(KeymgrConfig config, boolean there, List<Judgement> judgements) {
        Map<String, Object> documents = new LinkedHashMap<>();
        config.scopes()
                .forEach((name, scope) -> documents.put(
                        name.value(),
                        scope.directories().stream()
                                .map(d -> d.resolve("jwks.json").toString())
                                .toList()));
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("changed", !there);
        view.put("config", config.file().toString());
        view.put("documents", documents);
        view.put(
                "verdicts",
                judgements.stream()
                        .map(j -> Map.of(
                                "token", j.token().value(),
                                "scope", j.judge().value(),
                                "verdict", j.verdict().name()))
                        .toList());
        return view;
    }

    private static void whereAndNext(Terminal terminal, KeymgrConfig config) {
        Style style = terminal.style();
        Table where = new Table()
                .row("configuration", config.file().toString())
                .row("PINs", config.home().resolve("secrets").toString())
                .row("HSM", config.home().resolve("hsm").toString());
        config.scopes()
                .values()
                .forEach(s -> s.directories()
                        .forEach(d -> where.row(
                                "JWKS of " + s.scope().name(),
                                d.resolve("jwks.json").toString())));
        terminal.print("");
        where.lines("").forEach(terminal::print);
        terminal.print("");
        terminal.print(style.bold("Next:") + "  export KEYMGR_CONFIG="
                + ShellWord.of(config.file().toString()));
        new Table()
                .row("keymgr status", style.dim("who signs, who stands by, what comes next"))
                .row("keymgr plan", style.dim("what will happen, when and why"))
                .row("keymgr apply", style.dim("do what is due"))
                .row(
                        "keymgr rotate consumer --wait",
                        style.dim("the next key, as soon as no verifier can be surprised"))
                .row(
                        "keymgr daemon",
                        style.dim("rotate on schedule and serve; then open http://"
                                + config.daemon().listen() + "/"))
                .lines("       ")
                .forEach(terminal::print);
    }
}
