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
import dev.keymgr.token.VerificationPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
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
            root.terminal()
                    .print("would make a configuration, tokens, a store and keys in " + home
                            + (Files.exists(home.resolve("keymgr.yaml")) ? " where they are missing" : ""));
            return ExitCodes.DONE;
        }
        Workbench workbench = root.open(Starter.ensure(root, home, fast ? Pace.SECONDS : Pace.DAYS));
        Terminal terminal = root.terminal();
        if (isThere(workbench)) {
            terminal.print("everything is there in " + home + "; nothing was changed");
            whereAndNext(terminal, workbench.config());
            return ExitCodes.DONE;
        }
        new Setup(workbench, root.machine(), terminal::print).run();
        Lifecycle lifecycle = workbench.lifecycle((scope, what) -> terminal.say(scope + ": " + what));
        for (ScopeName scope : workbench.config().scopes().keySet()) {
            Advance advance = lifecycle.advance(scope);
            if (advance.firstError().isPresent()) {
                throw advance.firstError().get();
            }
        }
        terminal.print("");
        int exit = crossExamine(workbench, terminal);
        whereAndNext(terminal, workbench.config());
        return exit;
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

    /** One token for each scope, shown to the verifier of each scope. */
    private static int crossExamine(Workbench workbench, Terminal terminal) {
        Map<ScopeName, String> tokens = new TreeMap<>();
        workbench
                .config()
                .scopes()
                .keySet()
                .forEach(s -> tokens.put(s, workbench.signer(s).sign(Map.of("sub", "quickstart"))));
        boolean asExpected = true;
        for (Map.Entry<ScopeName, String> token : tokens.entrySet()) {
            for (ScopeConfig judge : workbench.config().scopes().values()) {
                String verdict = verdict(workbench, judge, token.getValue());
                boolean own = judge.scope().name().equals(token.getKey());
                asExpected &= own == verdict.startsWith("ACCEPTED");
                Style style = terminal.style();
                terminal.print("a token of " + token.getKey() + " in "
                        + judge.scope().name() + ": " + (own ? style.good(verdict) : style.bad(verdict)));
            }
        }
        return asExpected ? ExitCodes.DONE : ExitCodes.CHECK_FAILED;
    }

    private static String verdict(Workbench workbench, ScopeConfig judge, String token) {
        VerificationPolicy policy = VerificationPolicy.accessTokens(
                new HashSet<>(judge.scope().audiences()),
                judge.policy().lifetime().max());
        TokenVerifier verifier = new TokenVerifier(
                judge.scope(), policy, InventoryKeys.read(workbench, judge, workbench.now()), workbench.clock());
        try {
            return "ACCEPTED, sub " + verifier.verify(token).subject().orElse("none");
        } catch (TokenRejectedException e) {
            return e.verdict() + ", " + e.reason();
        }
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
        terminal.print(style.bold("Next:") + "  export KEYMGR_CONFIG=" + config.file());
        new Table()
                .row("keymgr status", style.dim("who signs, who stands by, what comes next"))
                .row("keymgr plan", style.dim("what will happen, when and why"))
                .row("keymgr apply", style.dim("do what is due"))
                .row(
                        "keymgr rotate consumer --wait",
                        style.dim("the next key, as soon as no verifier can be surprised"))
                .lines("       ")
                .forEach(terminal::print);
    }
}
