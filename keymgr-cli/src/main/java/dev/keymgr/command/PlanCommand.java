package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.rollover.Durations;
import dev.keymgr.rollover.Forecast;
import dev.keymgr.rollover.Freeze;
import dev.keymgr.rollover.StepText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
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

/** The future as the planner sees it. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "Shows what will happen, when and why, if nothing interferes: the planner that apply obeys, run ahead of the"
                    + " clock. Keys that do not exist yet are called new-1, new-2, ... Changes nothing, opens no token.",
            ""
        },
        footer = {"", "Examples:", "  keymgr plan", "  keymgr plan consumer --until 90d", "  keymgr -o json plan"})
final class PlanCommand implements Callable<Integer> {
    private static final Duration FARTHEST = Duration.ofDays(3650);

    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", arity = "0..1", paramLabel = "SCOPE", description = "Only this scope.")
    private @Nullable String scope;

    @Option(
            names = "--until",
            paramLabel = "DURATION",
            description = "How far ahead, for example 90d or 2h; two rotations unless said.")
    private @Nullable String until;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Workbench workbench = root.workbench();
        Instant now = workbench.now();
        List<Map<String, Object>> views = new ArrayList<>();
        for (ScopeConfig config : workbench.scopes(scope)) {
            Keyring keyring = workbench.inventory().read(config.scope().name());
            Instant end = now.plus(horizon(config));
            Forecast forecast = Forecast.of(keyring, config.policy(), now, end);
            List<Freeze> freezes = config.policy().freezes().stream()
                    .filter(f -> f.meets(now, end))
                    .sorted(Comparator.comparing(Freeze::from))
                    .toList();
            views.add(view(keyring, forecast, freezes));
            if (!root.isJson()) {
                print(root.terminal(), keyring, forecast, freezes, now, end);
            }
        }
        if (root.isJson()) {
            root.print(Map.of("now", now.toString(), "scopes", views));
        }
        return ExitCodes.DONE;
    }

    private Duration horizon(ScopeConfig config) {
        String text = until;
        if (text == null) {
            return config.policy().rotation().multipliedBy(2);
        }
        return Durations.parse(text)
                .filter(d -> !d.isZero() && !d.isNegative() && d.compareTo(FARTHEST) <= 0)
                .orElseThrow(() -> new KeymgrException(
                        ErrorCode.USAGE,
                        "--until '" + text
                                + "' is not a duration of at most 3650d; write for example 90d, 12h or 30s"));
    }

    private static void print(
            Terminal terminal, Keyring keyring, Forecast forecast, List<Freeze> freezes, Instant now, Instant end) {
        Style style = terminal.style();
        terminal.print(style.bold(keyring.scope().value()));
        freezes.forEach(f -> terminal.print("  " + style.wary("change freeze") + "  " + Times.at(f.from()) + " until "
                + Times.at(f.until()) + "  " + style.dim(f.reason())));
        Table table = new Table();
        forecast.events()
                .forEach(e -> table.row(
                        Times.at(e.at()),
                        style.dim(Times.from(now, e.at())),
                        StepText.of(e.step(), forecast.imagined()),
                        style.dim(e.reason())));
        table.lines("  ").forEach(terminal::print);
        if (table.isEmpty()) {
            terminal.print("  nothing until " + Times.at(end));
        }
        if (!forecast.complete()) {
            terminal.print(style.wary("  stopped after " + Forecast.EVENTS_MAX + " steps; ask for less with --until"));
        }
        terminal.print("");
        new Timeline(keyring, forecast, now, end).lines(style).forEach(terminal::print);
        terminal.print("");
    }

    private static Map<String, Object> view(Keyring keyring, Forecast forecast, List<Freeze> freezes) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("scope", keyring.scope().value());
        view.put("complete", forecast.complete());
        view.put("freezes", freezes.stream().map(Views::freeze).toList());
        view.put(
                "events",
                forecast.events().stream()
                        .map(e -> Map.of(
                                "at", e.at().toString(),
                                "step", StepText.of(e.step(), forecast.imagined()),
                                "reason", e.reason()))
                        .toList());
        return view;
    }
}
