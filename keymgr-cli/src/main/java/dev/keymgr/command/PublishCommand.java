package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.jwks.JwksSink;
import dev.keymgr.key.ScopeName;
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

/** The document to its sinks once more. */
@Command(
        name = "publish",
        mixinStandardHelpOptions = true,
        description = {
            "Writes the standing document of each scope to its sinks once more: for a folder that was restored, emptied or added."
                    + " Which keys it lists is the planner's to say; that changes with apply.",
            ""
        },
        footer = {"", "Examples:", "  keymgr publish", "  keymgr publish consumer --dry-run"})
final class PublishCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", arity = "0..1", paramLabel = "SCOPE", description = "Only this scope.")
    private @Nullable String scope;

    @Option(names = "--dry-run", description = "Only say where it would be written.")
    private boolean dryRun;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Workbench workbench = root.workbench();
        List<Map<String, Object>> views = new ArrayList<>();
        for (ScopeConfig config : workbench.scopes(scope)) {
            ScopeName name = config.scope().name();
            List<String> sinks = workbench.scope(name).sinks().stream()
                    .map(JwksSink::description)
                    .toList();
            String etag = "";
            if (!dryRun) {
                JwksDocument document = workbench.lifecycle(root.progress()).republish(name);
                etag = document.etag();
            }
            views.add(Map.of("scope", name.value(), "dryRun", dryRun, "sinks", sinks, "etag", etag));
            if (!root.isJson()) {
                root.terminal().print(said(name, sinks) + (etag.isEmpty() ? "" : "  ETag " + etag));
            }
        }
        if (root.isJson()) {
            root.print(Map.of("scopes", views));
        }
        return ExitCodes.DONE;
    }

    private String said(ScopeName name, List<String> sinks) {
        return sinks.isEmpty()
                ? name + " has no folder to write to: keymgr daemon serves it from the store"
                : (dryRun ? "would write " : "wrote ") + name + " to " + String.join(", ", sinks);
    }
}
