package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TooEarlyException;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.lifecycle.Lifecycle;
import dev.keymgr.rollover.PlannedStep;
import dev.keymgr.rollover.RolloverPlanner;
import dev.keymgr.rollover.RolloverPlanner.WhenFrozen;
import dev.keymgr.rollover.StepText;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** The next key, now. */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        description = {
            "Lets the standby sign now instead of when its time comes. No verifier may be surprised by it: a standby that is not"
                    + " READY is refused with exit code 20 and the time from which it is; --wait waits for that. So is a"
                    + " rotation inside a change freeze, unless --despite-freeze says that you know.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr rotate consumer",
            "  keymgr rotate consumer --wait",
            "  keymgr rotate consumer --alg RS256 --dry-run",
            "  keymgr rotate consumer --despite-freeze"
        })
final class RotateCommand implements Callable<Integer> {
    /** How often a waiting person is told, and the clock is read again. */
    private static final Duration PULSE = Duration.ofSeconds(1);

    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "SCOPE", description = "The scope.")
    private String scope = "";

    @Option(
            names = "--alg",
            paramLabel = "ALG",
            description = "The key group; the policy's first algorithm unless said.")
    private @Nullable String algorithm;

    @Option(names = "--wait", description = "Wait until the standby is READY.")
    private boolean patient;

    @Option(names = "--despite-freeze", description = "Rotate inside a change freeze too; it is recorded.")
    private boolean despiteFreeze;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Override
    public Integer call() throws InterruptedException {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Workbench workbench = root.workbench();
        ScopeConfig config = workbench.requireScope(scope);
        SigningAlgorithm group = group(config);
        if (dryRun) {
            return foretell(root, config, group);
        }
        Lifecycle lifecycle = workbench.lifecycle(root.progress());
        if (patient) {
            requireNoFreeze(workbench, config, group);
            awaitStandby(root, config, group, lifecycle);
        }
        Advance advance = lifecycle.rotate(config.scope().name(), group, whenFrozen());
        return Advances.print(root, List.of(advance));
    }

    private SigningAlgorithm group(ScopeConfig config) {
        List<SigningAlgorithm> known = config.policy().algorithms();
        String wanted = algorithm;
        if (wanted == null) {
            return known.get(0);
        }
        return SigningAlgorithm.find(wanted)
                .filter(known::contains)
                .orElseThrow(() -> new KeymgrException(
                        ErrorCode.USAGE,
                        "the policy of " + config.scope().name() + " has no algorithm '" + wanted + "'; it has "
                                + known));
    }

    private WhenFrozen whenFrozen() {
        return despiteFreeze ? WhenFrozen.ROTATE_ALL_THE_SAME : WhenFrozen.REFUSE;
    }

    /** Before anyone waits for a standby that could not be used then. */
    private void requireNoFreeze(Workbench workbench, ScopeConfig config, SigningAlgorithm group) {
        Keyring keyring = workbench.inventory().read(config.scope().name());
        if (!despiteFreeze
                && new RolloverPlanner()
                        .freezeOn(keyring, config.policy(), group, workbench.now())
                        .isPresent()) {
            rotation(workbench, config, group, WhenFrozen.REFUSE);
        }
    }

    private static PlannedStep rotation(
            Workbench workbench, ScopeConfig config, SigningAlgorithm group, WhenFrozen whenFrozen) {
        Keyring keyring = workbench.inventory().read(config.scope().name());
        return new RolloverPlanner().rotation(keyring, config.policy(), group, workbench.now(), whenFrozen);
    }

    private int foretell(KeymgrCommand root, ScopeConfig config, SigningAlgorithm group) {
        PlannedStep step = rotation(root.workbench(), config, group, whenFrozen());
        if (root.isJson()) {
            root.print(Map.of("dryRun", true, "step", Views.step(step)));
        } else {
            root.terminal().print("would " + StepText.of(step.step()));
        }
        return ExitCodes.DONE;
    }

    /** Does what is due on the way, so that a missing standby is made and published. */
    private static void awaitStandby(
            KeymgrCommand root, ScopeConfig config, SigningAlgorithm group, Lifecycle lifecycle)
            throws InterruptedException {
        Workbench workbench = root.workbench();
        Terminal terminal = root.terminal();
        lifecycle.advance(config.scope().name());
        while (true) {
            try {
                rotation(workbench, config, group, WhenFrozen.ROTATE_ALL_THE_SAME);
                return;
            } catch (TooEarlyException e) {
                Instant now = workbench.now();
                if (terminal.interactive()) {
                    terminal.err()
                            .print("\r\u001b[Kwaiting until " + Times.at(e.earliest()) + " ("
                                    + Times.from(now, e.earliest())
                                    + "): verifiers may hold a document without the standby");
                    terminal.err().flush();
                }
                Duration left = Duration.between(now, e.earliest());
                Duration pause = left.compareTo(PULSE) < 0 ? left : PULSE;
                Thread.sleep(Math.max(1, pause.toMillis()));
            } finally {
                if (terminal.interactive()) {
                    terminal.err().print("\r\u001b[K");
                }
            }
        }
    }
}
