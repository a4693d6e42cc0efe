package dev.keymgr.command;

import dev.keymgr.lifecycle.Advance;
import dev.keymgr.rollover.PlannedStep;
import dev.keymgr.rollover.StepText;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What changing commands print when they are done: what was done, what failed, what comes next. */
final class Advances {
    private Advances() {}

    /** Prints and gives the exit code: that of the first failure. */
    static int print(KeymgrCommand root, List<Advance> advances) {
        if (root.isJson()) {
            root.print(Map.of("scopes", advances.stream().map(Views::advance).toList()));
            return Failures.exitOf(advances);
        }
        Instant now = root.workbench().now();
        advances.forEach(a -> print(root.terminal(), a, now));
        return Failures.exitOf(advances);
    }

    private static void print(Terminal terminal, Advance advance, Instant now) {
        Style style = terminal.style();
        terminal.print(style.bold(advance.keyring().scope().value()));
        Table done = new Table();
        advance.done().forEach(d -> done.row(style.good("done"), d.what(), style.dim(d.reason())));
        done.lines("  ").forEach(terminal::print);
        if (done.isEmpty() && advance.failures().isEmpty()) {
            terminal.print("  nothing is due");
        }
        advance.failures()
                .forEach(f -> terminal.print("  " + style.bad("failed") + "  " + f.what() + ": "
                        + f.error().getMessage() + " [" + f.error().code().id() + "]"));
        if (!advance.next().due().isEmpty()) {
            terminal.print("  " + style.wary("still due") + ": "
                    + StepText.of(advance.next().due().get(0).step()));
        }
        advance.next().upcoming().stream().findFirst().ifPresent(s -> terminal.print("  next  " + next(s, now, style)));
    }

    private static String next(PlannedStep step, Instant now, Style style) {
        return StepText.of(step.step()) + "  " + Times.at(step.earliest()) + "  "
                + style.dim(Times.from(now, step.earliest()));
    }
}
