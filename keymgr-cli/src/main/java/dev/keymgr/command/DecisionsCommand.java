package dev.keymgr.command;

import dev.keymgr.daemon.events.DecisionIntake;
import dev.keymgr.daemon.events.DecisionIntake.Outcome;
import dev.keymgr.detection.Detection;
import dev.keymgr.detection.Misuse;
import dev.keymgr.token.Decision;
import dev.keymgr.token.Verdict;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What verifiers decided, read for signs of a stolen key. */
@Command(
        name = "decisions",
        mixinStandardHelpOptions = true,
        description = {
            "Reads decision records of verifiers, one JSON object a line, and says which keys were used as they never should be:"
                    + " at a verifier of another scope, outside their time, for an audience that their scope has not; or were"
                    + " trusted though revoked. What is new is recorded, and the command that answers it is named. The same"
                    + " records may be read again. A registered verifier that refused a revoked key has confirmed it.",
            "Exit 31 when a key was used across scopes and the signature proves it; 1 for any other sign, or a line that is no"
                    + " record; else 0. Opens no token of the HSM.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr decisions decisions.jsonl",
            "  ssh mail cat /var/log/decisions.jsonl | keymgr decisions"
        })
final class DecisionsCommand implements Callable<Integer> {
    /** Lines that are no records and are shown one by one. */
    private static final int NAMED_MAX = 5;

    /** Records held against the keys at once; bounds the memory. */
    private static final int BATCH = 4_096;

    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "FILE",
            description = "The records; - or nothing for standard input.")
    private @Nullable Path file;

    /** What all batches came to. */
    private static final class Tally {
        private final Map<Verdict, Long> verdicts = new EnumMap<>(Verdict.class);
        private final List<Detection> news = new ArrayList<>();
        private final List<String> confirmed = new ArrayList<>();
        private final List<String> bad = new ArrayList<>();
        private long badLines;
        private long misuses;
        private long strangers;
        private boolean crossed;

        void add(List<Decision> decisions, Outcome outcome) {
            decisions.forEach(d -> verdicts.merge(d.verdict(), 1L, Long::sum));
            news.addAll(outcome.news());
            confirmed.addAll(outcome.confirmed());
            misuses += outcome.found().size();
            long proved = outcome.found().stream()
                    .filter(d -> d.misuse() == Misuse.CROSS_SCOPE && d.proved())
                    .count();
            crossed |= proved > 0;
            strangers += decisions.stream()
                            .filter(d -> d.verdict() == Verdict.CROSS_SCOPE)
                            .count()
                    - proved;
        }

        void addBad(long line, String fault) {
            badLines++;
            if (bad.size() < NAMED_MAX) {
                bad.add("line " + line + " is no decision record: " + fault);
            }
        }

        int exit() {
            if (crossed) {
                return ExitCodes.of(Verdict.CROSS_SCOPE);
            }
            return misuses > 0 || strangers > 0 || badLines > 0 ? ExitCodes.CHECK_FAILED : ExitCodes.DONE;
        }
    }

    @Override
    public Integer call() throws IOException {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Workbench workbench = root.workbench();
        DecisionIntake intake = new DecisionIntake(
                workbench.config().scopes(),
                workbench.inventory(),
                workbench.detections(),
                workbench.confirmations(),
                scope -> {}); // the daemon's next look raises the alarm
        Tally tally = new Tally();
        List<Decision> batch = new ArrayList<>();
        long number = 0;
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(Input.open(root, file), StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            while (line != null) {
                number++;
                read(line, number, batch, tally);
                line = reader.readLine();
                if (batch.size() == BATCH || line == null) {
                    tally.add(batch, intake.take(batch));
                    batch.clear();
                }
            }
        }
        print(root, tally);
        return tally.exit();
    }

    private static void read(String line, long number, List<Decision> batch, Tally tally) {
        if (line.isBlank()) {
            return;
        }
        try {
            batch.add(Decision.parse(line.getBytes(StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException e) {
            tally.addBad(number, String.valueOf(e.getMessage()));
        }
    }

    private static void print(KeymgrCommand root, Tally tally) {
        tally.bad.forEach(root.terminal()::say);
        if (tally.badLines > NAMED_MAX) {
            root.terminal().say("and " + (tally.badLines - NAMED_MAX) + " more lines are none");
        }
        if (root.isJson()) {
            root.print(view(tally));
            return;
        }
        long all = tally.verdicts.values().stream().mapToLong(Long::longValue).sum();
        String verdicts = tally.verdicts.entrySet().stream()
                .map(e -> e.getValue() + " " + e.getKey())
                .collect(Collectors.joining(", "));
        root.terminal().print(all + " decisions" + (all == 0 ? "" : ": " + verdicts));
        Style style = root.terminal().style();
        for (Detection each : tally.news) {
            root.terminal().print((each.proved() ? style.bad("misuse") : style.dim("sign")) + " " + each.says());
        }
        tally.confirmed.forEach(each -> root.terminal().print("confirmed: " + each));
        if (tally.strangers > 0) {
            root.terminal()
                    .print(style.bad(tally.strangers + " CROSS_SCOPE by keys that this store does not know")
                            + ": was it restored, or are they another keymgr's?");
        }
        root.terminal()
                .print(
                        tally.misuses == 0
                                ? tally.strangers == 0 ? "no sign of a misused key" : "no other sign of a misused key"
                                : tally.misuses + " show a misused key; " + tally.news.size()
                                        + " new, and in the audit record");
    }

    private static Map<String, Object> view(Tally tally) {
        Map<String, Object> view = new LinkedHashMap<>();
        Map<String, Object> verdicts = new LinkedHashMap<>();
        tally.verdicts.forEach((verdict, count) -> verdicts.put(verdict.name(), count));
        view.put("verdicts", verdicts);
        view.put("badLines", tally.badLines);
        view.put("misuses", tally.misuses);
        view.put("unknownKeys", tally.strangers);
        view.put("new", tally.news.stream().map(DecisionsCommand::view).toList());
        view.put("confirmed", tally.confirmed);
        return view;
    }

    private static Map<String, Object> view(Detection detection) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("misuse", detection.misuse().id());
        view.put("scope", detection.scope().value());
        view.put("kid", detection.kid().value());
        view.put("atScope", detection.at().value());
        view.put("verifier", detection.verifier());
        view.put("proved", detection.proved());
        view.put("decidedAt", detection.decidedAt().toString());
        view.put("signingInputSha256", detection.inputDigest());
        view.put("command", detection.command());
        return view;
    }
}
