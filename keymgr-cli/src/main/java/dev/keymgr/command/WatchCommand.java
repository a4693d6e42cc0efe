package dev.keymgr.command;

import dev.keymgr.command.Lookout.Expectation;
import dev.keymgr.command.Lookout.Finding;
import dev.keymgr.command.Lookout.Grade;
import dev.keymgr.command.Lookout.Sight;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.json.Json;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.rollover.Durations;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** The dead-man switch: another process that says so when rotation has stopped. */
@Command(
        name = "watch",
        mixinStandardHelpOptions = true,
        description = {
            "Says from outside whether rotation goes on: a dead man's switch for cron or a monitoring agent. Reads the store only;"
                    + " opens no token, writes nothing. Run it as the user whose store it is.",
            "",
            "CRITICAL, exit 1: no daemon ever beat, all that work are silent for (m+1) ticks, a step is overdue, a scope has"
                    + " no standby or no active key, a key is past ages.max, or whatever else keymgr status finds critical or"
                    + " the daemon raised a critical alarm for.",
            "WARNING, exit 0 (1 with --strict): a key is past ages.warn, one of several daemons is silent, and other findings"
                    + " and alarms of that severity.",
            "UNKNOWN, exit 51: the store, or a part of it, cannot be read.",
            "The first line sums up, as Nagios and its kin expect it, with numbers behind '|'; a line for each finding follows.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr watch --once",
            "  keymgr -o json watch --once | jq '.findings[] | select(.severity != \"WARNING\")'",
            "  keymgr watch --once --without-daemon --strict",
            "",
            "In a crontab, with a mail only when something is wrong:",
            "  */5 * * * * out=$(keymgr -c /etc/keymgr/keymgr.yaml watch --once 2>&1) || echo \"$out\"",
            "As a Nagios check, whose exit codes differ:",
            "  keymgr watch --once; case $? in 0) exit 0;; 1) exit 2;; *) exit 3;; esac"
        })
final class WatchCommand implements Callable<Integer> {
    private static final Duration PERIOD_MIN = Duration.ofSeconds(1);
    private static final Duration PERIOD_MAX = Duration.ofDays(1);

    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Option(names = "--once", description = "Look once and tell by the exit code.")
    private boolean once;

    @Option(
            names = "--every",
            paramLabel = "DURATION",
            description = "Look again and again, 1s to 1d apart, until stopped. Each look is one line.")
    private @Nullable String every;

    @Option(
            names = "--without-daemon",
            description = "Expect no heartbeat: cron runs keymgr apply, there is no keymgr daemon.")
    private boolean withoutDaemon;

    @Option(names = "--strict", description = "Exit 1 for warnings too.")
    private boolean strict;

    @Override
    public Integer call() throws InterruptedException {
        KeymgrCommand root = Objects.requireNonNull(parent);
        String period = every;
        if (once == (period != null)) {
            throw new KeymgrException(
                    ErrorCode.USAGE, "watch needs either --once or --every DURATION, for example 30s");
        }
        Expectation expectation = withoutDaemon ? Expectation.NO_DAEMON : Expectation.DAEMON;
        if (period == null) {
            Sight sight = Lookout.look(root.workbench(), expectation);
            print(root, sight);
            return exit(sight);
        }
        Duration pause = pause(period);
        while (!Thread.currentThread().isInterrupted()) {
            Sight sight = Lookout.look(root.workbench(), expectation);
            root.terminal()
                    .print(
                            root.isJson()
                                    ? new String(Json.render(view(sight)), StandardCharsets.UTF_8)
                                    : summary(sight));
            root.terminal().out().flush();
            Thread.sleep(pause.toMillis());
        }
        return ExitCodes.DONE;
    }

    private static Duration pause(String period) {
        return Durations.parse(period)
                .filter(d -> d.compareTo(PERIOD_MIN) >= 0 && d.compareTo(PERIOD_MAX) <= 0)
                .orElseThrow(() -> new KeymgrException(
                        ErrorCode.USAGE,
                        "--every '" + period + "' is not a duration of 1s to 1d; write for example 30s"));
    }

    private int exit(Sight sight) {
        KeymgrException failure = sight.failure();
        if (failure != null) {
            return ExitCodes.of(failure.code());
        }
        boolean alarmed = sight.findings().stream().anyMatch(f -> strict || f.grade() == Grade.CRITICAL);
        return alarmed ? ExitCodes.CHECK_FAILED : ExitCodes.DONE;
    }

    private static String result(Sight sight) {
        return sight.findings().isEmpty()
                ? "OK"
                : sight.findings().get(0).grade().name();
    }

    private static void print(KeymgrCommand root, Sight sight) {
        if (root.isJson()) {
            root.print(view(sight));
            return;
        }
        Style style = root.terminal().style();
        String line = summary(sight);
        root.terminal()
                .print(
                        switch (result(sight)) {
                            case "OK" -> style.good(line);
                            case "WARNING" -> style.wary(line);
                            default -> style.bad(line);
                        });
        Table table = new Table();
        sight.findings().forEach(f -> table.row(f.grade().name(), place(f), f.message()));
        table.lines("  ").forEach(root.terminal()::print);
    }

    private static String place(Finding finding) {
        return (finding.scope() == null ? "" : finding.scope() + " ") + finding.code();
    }

    /** One line; a bar divides text from numbers, so none may stand in the text. */
    private static String summary(Sight sight) {
        List<Finding> findings = sight.findings();
        StringBuilder line = new StringBuilder("KEYMGR ").append(result(sight)).append(" - ");
        if (findings.isEmpty()) {
            line.append("rotation goes on");
        } else {
            Finding worst = findings.get(0);
            line.append(place(worst)).append(": ").append(worst.message());
            if (findings.size() > 1) {
                line.append(" (and ").append(findings.size() - 1).append(" more)");
            }
        }
        String text = line.toString().replace('|', '/').replaceAll("\\R", " ");
        StringBuilder numbers = new StringBuilder();
        Lookout.lastBeat(sight)
                .ifPresent(b -> numbers.append(" heartbeat_age=")
                        .append(Math.max(0, age(b, sight.now())))
                        .append("s;;")
                        .append(b.allowance().toSeconds()));
        Integer alarms = sight.alarms();
        if (alarms != null) {
            numbers.append(" alarms=").append(alarms);
        }
        for (Grade grade : Grade.values()) {
            numbers.append(' ')
                    .append(grade.name().toLowerCase(Locale.ROOT))
                    .append('=')
                    .append(count(sight, grade));
        }
        return text + " |" + numbers;
    }

    private static long count(Sight sight, Grade grade) {
        return sight.findings().stream().filter(f -> f.grade() == grade).count();
    }

    private static long age(Heartbeat beat, Instant now) {
        return Duration.between(beat.beatAt(), now).toSeconds();
    }

    private static Map<String, Object> view(Sight sight) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("now", sight.now().toString());
        view.put("result", result(sight));
        view.put("summary", summary(sight));
        view.put("findings", sight.findings().stream().map(WatchCommand::view).toList());
        List<Heartbeat> daemons = sight.daemons();
        if (daemons != null) {
            view.put("daemons", daemons.stream().map(d -> view(d, sight.now())).toList());
        }
        Integer alarms = sight.alarms();
        if (alarms != null) {
            view.put("openAlarms", (long) alarms);
        }
        return view;
    }

    private static Map<String, Object> view(Finding finding) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("severity", finding.grade().name());
        view.put("code", finding.code());
        if (finding.scope() != null) {
            view.put("scope", finding.scope());
        }
        view.put("message", finding.message());
        return view;
    }

    private static Map<String, Object> view(Heartbeat beat, Instant now) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("daemon", beat.daemon());
        view.put("role", beat.role().name());
        view.put("startedAt", beat.startedAt().toString());
        view.put("beatAt", beat.beatAt().toString());
        view.put("ageSeconds", age(beat, now));
        view.put("allowanceSeconds", beat.allowance().toSeconds());
        view.put("silent", beat.isSilent(now));
        return view;
    }
}
