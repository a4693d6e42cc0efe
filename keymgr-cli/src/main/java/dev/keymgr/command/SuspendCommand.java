package dev.keymgr.command;

import dev.keymgr.key.IllegalTransitionException;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.lifecycle.Emergency.Listing;
import dev.keymgr.rollover.Durations;
import dev.keymgr.rollover.Succession;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** A suspicion short of proof. */
@Command(
        name = "suspend",
        mixinStandardHelpOptions = true,
        description = {
            "Bars a signing key while a suspicion is examined; a ready standby takes over at once. The key stays published unless"
                    + " --withdraw. Decide within the policy's limit: undecided, it counts as compromised.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr suspend 7UL14tFe --reason 'signatures we cannot account for'",
            "  keymgr suspend 7UL14tFe --reason 'token firmware advisory' --withdraw"
        })
final class SuspendCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "KID", description = "The key: any unique beginning of its kid.")
    private String kid = "";

    @Option(
            names = "--reason",
            required = true,
            paramLabel = "TEXT",
            description = "Why, in your words; it is recorded.")
    private String reason = "";

    @Option(names = "--withdraw", description = "Take it out of the document too. It cannot resume after that.")
    private boolean withdraw;

    @Option(names = "--hold-issuance", description = "When no standby is ready: sign nothing until one is.")
    private boolean holdIssuance;

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Input.requireText("--reason", reason);
        Workbench workbench = root.workbench();
        KeyLookup found = KeyLookup.require(workbench, kid);
        if (dryRun) {
            return foretell(root, found);
        }
        Advance advance = workbench
                .lifecycle(root.progress())
                .emergency()
                .suspend(
                        found.scope().scope().name(),
                        found.key().kid(),
                        reason,
                        withdraw ? Listing.WITHDRAWN : Listing.STAYS,
                        holdIssuance ? Issuance.MAY_STOP : Issuance.MUST_GO_ON);
        return Advances.print(root, List.of(advance));
    }

    private int foretell(KeymgrCommand root, KeyLookup found) {
        SigningKey key = found.key();
        if (key.state() != KeyState.ACTIVE && key.state() != KeyState.SUSPENDED) {
            throw new IllegalTransitionException(
                    key.kid(), key.state(), KeyState.SUSPENDED, "only an active key can be suspended");
        }
        String successor = Succession.successor(
                        found.keyring(),
                        found.scope().policy(),
                        found.key().group(),
                        Set.of(found.key().kid()),
                        root.workbench().now())
                .map(s -> s.kid().value())
                .orElse("");
        if (root.isJson()) {
            root.print(Map.of("dryRun", true, "suspended", found.key().kid().value(), "successor", successor));
            return ExitCodes.DONE;
        }
        root.terminal()
                .print("would suspend " + found.key().state() + " key "
                        + found.key().kid().prefix() + " for at most "
                        + Durations.format(found.scope().policy().suspension()));
        root.terminal()
                .print(
                        successor.isEmpty()
                                ? "no standby is ready: "
                                        + (holdIssuance
                                                ? "nothing would be signed until one is"
                                                : "would be refused without --hold-issuance")
                                : "would activate " + successor.substring(0, 8) + " at once");
        return ExitCodes.DONE;
    }
}
