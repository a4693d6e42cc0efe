package dev.keymgr.command;

import dev.keymgr.command.Examination.Result;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Every check there is. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Checks everything: configuration, store, audit chain, tokens and the attributes of every private key in them, orphans"
                    + " both ways, documents as they stand in the sinks, scopes held apart, ages and standbys, and how this process is"
                    + " run. What cannot be checked counts as failed. Exit 1 if anything is.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr doctor",
            "  keymgr -o json doctor | jq '.checks[] | select(.result != \"ok\")'"
        })
final class DoctorCommand implements Callable<Integer> {
    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        List<Examination.Check> checks = new Examination(root.workbench(), root.machine()).run();
        boolean healthy = checks.stream().allMatch(c -> c.result() == Result.ok || c.result() == Result.note);
        if (root.isJson()) {
            root.print(Map.of(
                    "healthy",
                    healthy,
                    "checks",
                    checks.stream().map(DoctorCommand::view).toList()));
        } else {
            print(root.terminal(), checks);
        }
        return healthy ? ExitCodes.DONE : ExitCodes.CHECK_FAILED;
    }

    private static Map<String, Object> view(Examination.Check check) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("check", check.name());
        view.put("result", check.result().name());
        view.put("says", check.says());
        return view;
    }

    private static void print(Terminal terminal, List<Examination.Check> checks) {
        Style style = terminal.style();
        Table table = new Table();
        for (Examination.Check check : checks) {
            String mark = switch (check.result()) {
                case ok -> style.good("ok");
                case note -> style.wary("note");
                case failed -> style.bad("FAILED");
                case unknown -> style.bad("UNKNOWN");
            };
            table.row(mark, check.name(), check.says());
        }
        table.lines("").forEach(terminal::print);
    }
}
