package dev.keymgr.command;

import dev.keymgr.key.IllegalTransitionException;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.rollover.Succession;
import java.util.LinkedHashSet;
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

/** A suspicion that proved wrong. */
@Command(
        name = "resume",
        mixinStandardHelpOptions = true,
        description = {
            "Clears a suspended key. If nothing has taken its place, and it is within its age limit, it signs again, which needs the agreement of two people"
                    + " besides you; else it retires, which needs one. Approvals are recorded as you state them.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr resume 7UL14tFe --finding 'all signatures accounted for' --approved-by ana --approved-by ben"
        })
final class ResumeCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "KID", description = "The key: any unique beginning of its kid.")
    private String kid = "";

    @Option(names = "--finding", required = true, paramLabel = "TEXT", description = "What was found; it is recorded.")
    private String finding = "";

    @Option(names = "--approved-by", paramLabel = "NAME", description = "Who agrees, besides you; repeat it.")
    private List<String> approvers = List.of();

    @Option(names = "--dry-run", description = "Only say what would be done.")
    private boolean dryRun;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Input.requireText("--finding", finding);
        Workbench workbench = root.workbench();
        KeyLookup found = KeyLookup.require(workbench, kid);
        Set<String> names = new LinkedHashSet<>(approvers);
        if (dryRun) {
            requireSuspended(found.key());
            boolean signs =
                    Succession.signsAgain(found.keyring(), found.scope().policy(), found.key(), workbench.now());
            String what = signs ? "sign again (two approvals)" : "retire (one approval)";
            if (root.isJson()) {
                root.print(Map.of("dryRun", true, "kid", found.key().kid().value(), "would", what));
            } else {
                root.terminal()
                        .print("key " + found.key().kid().prefix() + ", now "
                                + found.key().state() + ", would " + what);
            }
            return ExitCodes.DONE;
        }
        Advance advance = workbench
                .lifecycle(root.progress())
                .emergency()
                .resume(found.scope().scope().name(), found.key().kid(), finding, names);
        return Advances.print(root, List.of(advance));
    }

    private static void requireSuspended(SigningKey key) {
        if (key.state() != KeyState.SUSPENDED) {
            throw new IllegalTransitionException(
                    key.kid(), key.state(), KeyState.ACTIVE, "only a suspended key can resume");
        }
    }
}
