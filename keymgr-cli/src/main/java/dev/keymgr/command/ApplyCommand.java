package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.Keyring;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.lifecycle.Lifecycle;
import dev.keymgr.rollover.RolloverPlan;
import dev.keymgr.rollover.RolloverPlanner;
import dev.keymgr.rollover.StepText;
import java.time.Instant;
import java.util.ArrayList;
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

/** Does what is due. */
@Command(
        name = "apply",
        mixinStandardHelpOptions = true,
        description = {
            "Does what is due now: generates, publishes, activates, retires, removes, destroys. Safe to run at any time, twice,"
                    + " and after a crash; run it from a timer when no daemon runs.",
            ""
        },
        footer = {"", "Examples:", "  keymgr apply", "  keymgr apply consumer", "  keymgr apply --dry-run"})
final class ApplyCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", arity = "0..1", paramLabel = "SCOPE", description = "Only this scope.")
    private @Nullable String scope;

    @Option(names = "--dry-run", description = "Only say what is due.")
    private boolean dryRun;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Workbench workbench = root.workbench();
        List<ScopeConfig> scopes = workbench.scopes(scope);
        if (dryRun) {
            return foretell(root, scopes);
        }
        Lifecycle lifecycle = workbench.lifecycle(root.progress());
        List<Advance> advances = new ArrayList<>();
        FirstFailure failure = new FirstFailure();
        for (ScopeConfig config : scopes) {
            failure.attempt(() -> advances.add(lifecycle.advance(config.scope().name())));
        }
        int exit = Advances.print(root, advances);
        failure.raise();
        return exit;
    }

    private static int foretell(KeymgrCommand root, List<ScopeConfig> scopes) {
        Instant now = root.workbench().now();
        List<Map<String, Object>> views = new ArrayList<>();
        for (ScopeConfig config : scopes) {
            Keyring keyring = root.workbench().inventory().read(config.scope().name());
            RolloverPlan plan = new RolloverPlanner().plan(keyring, config.policy(), now);
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("scope", config.scope().name().value());
            view.put("due", plan.due().stream().map(Views::step).toList());
            views.add(view);
            if (!root.isJson()) {
                root.terminal()
                        .print(root.terminal()
                                .style()
                                .bold(config.scope().name().value()));
                plan.due()
                        .forEach(s -> root.terminal()
                                .print("  would " + StepText.of(s.step()) + "  "
                                        + root.terminal().style().dim(s.reason())));
                if (plan.due().isEmpty()) {
                    root.terminal().print("  nothing is due");
                }
            }
        }
        if (root.isJson()) {
            root.print(Map.of("dryRun", true, "scopes", views));
        }
        return ExitCodes.DONE;
    }
}
