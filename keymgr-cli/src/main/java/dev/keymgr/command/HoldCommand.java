package dev.keymgr.command;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.lifecycle.Lifecycle;
import dev.keymgr.rollover.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** A key that must stay for now. */
@Command(
        name = "hold",
        mixinStandardHelpOptions = true,
        description = {
            "Forbids removal and destruction of a key for a time, or lifts that. A hold has an owner, a reason and an end; it never"
                    + " forbids a revocation.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr hold 7UL14tFe --for 14d --reason 'partner still verifies archived tokens'",
            "  keymgr hold 7UL14tFe --release"
        })
final class HoldCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofDays(90);

    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "KID", description = "The key: any unique beginning of its kid.")
    private String kid = "";

    @Option(names = "--for", paramLabel = "DURATION", description = "How long, at most 90d; may be renewed.")
    private @Nullable String duration;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why; it is recorded.")
    private @Nullable String reason;

    @Option(names = "--release", description = "Lift the hold.")
    private boolean release;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Workbench workbench = root.workbench();
        KeyLookup found = KeyLookup.require(workbench, kid);
        Instant now = workbench.now();
        Hold hold = release ? null : hold(root, found, now);
        boolean held = found.keyring().holdOn(found.key().kid(), now).isPresent();
        Lifecycle lifecycle = workbench.lifecycle(root.progress());
        if (!dryRun) {
            if (hold == null) {
                lifecycle.release(found.scope().scope().name(), found.key().kid());
            } else {
                lifecycle.hold(found.scope().scope().name(), hold);
            }
        }
        String until = hold == null ? "" : hold.until().toString();
        if (root.isJson()) {
            root.print(Map.of("dryRun", dryRun, "kid", found.key().kid().value(), "heldUntil", until));
        } else {
            root.terminal()
                    .print((dryRun ? "would be " : "")
                            + (hold != null
                                    ? "held until " + Times.at(hold.until()) + ": "
                                    : held ? "released: " : "not held: ")
                            + found.key().kid().prefix());
        }
        return ExitCodes.DONE;
    }

    private Hold hold(KeymgrCommand root, KeyLookup found, Instant now) {
        String text = duration;
        String why = reason;
        if (text == null || why == null || why.isBlank()) {
            throw new KeymgrException(ErrorCode.USAGE, "a hold needs --for DURATION and --reason TEXT (or --release)");
        }
        Duration length = Durations.parse(text)
                .filter(d -> !d.isZero() && !d.isNegative() && d.compareTo(LONGEST) <= 0)
                .orElseThrow(() -> new KeymgrException(
                        ErrorCode.USAGE,
                        "--for '" + text + "' is not a duration of at most 90d; write for example 14d"));
        return new Hold(found.key().kid(), root.machine().user(), why, now.plus(length));
    }
}
