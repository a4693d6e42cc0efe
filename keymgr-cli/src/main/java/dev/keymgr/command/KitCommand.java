package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.kit.Expectations;
import dev.keymgr.kit.Kit;
import dev.keymgr.kit.Level;
import dev.keymgr.kit.Score;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** Test tokens for verifiers, and their scores. */
@Command(
        name = "kit",
        mixinStandardHelpOptions = true,
        description = {
            "Writes test tokens for the verifiers of a scope, good ones and every bad one known here, with the documents to judge them"
                    + " by and the verdicts that are owed; README.md in the folder says how to use it. Its keys are made for it in"
                    + " memory, sign nothing else and are written nowhere; neither the scope's keys nor the store are touched.",
            "With --score: reads what a verifier made of the tokens and says what it got wrong; exit 1 when that is something that"
                    + " every verifier owes, 40 when the kit's time is over. Needs no configuration.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  keymgr kit consumer kit",
            "  keymgr kit consumer kit --force",
            "  node jose.mjs kit | keymgr kit consumer kit --score -",
            "  keymgr kit consumer kit --score kit/verdicts/keymgr.jsonl --strict"
        })
final class KitCommand implements Callable<Integer> {
    private static final int KIT_BYTES_MAX = 1 << 20;
    private static final int VERDICT_BYTES_MAX = 1 << 20;

    @ParentCommand
    private @Nullable KeymgrCommand parent;

    @Parameters(index = "0", paramLabel = "SCOPE", description = "The scope whose verifiers are tested.")
    private String scope = "";

    @Parameters(index = "1", paramLabel = "DIR", description = "The folder of the kit.")
    private Path folder = Path.of("");

    @Option(names = "--force", description = "Write also into a folder that has something in it.")
    private boolean force;

    @Option(
            names = "--score",
            paramLabel = "FILE",
            description = "Score these verdicts, one JSON object a line; - for standard input.")
    private @Nullable Path verdicts;

    @Option(names = "--strict", description = "With --score: exit 1 for whatever is wrong.")
    private boolean strict;

    @Override
    public Integer call() {
        KeymgrCommand root = Objects.requireNonNull(parent);
        Path directory = root.machine().directory().resolve(folder).normalize();
        try {
            return verdicts == null ? write(root, directory) : score(root, directory);
        } catch (IOException e) {
            throw new KeymgrException(
                    ErrorCode.USAGE,
                    "cannot " + (verdicts == null ? "write" : "read") + " the kit in " + directory + ": "
                            + e.getMessage() + "; a folder without " + Expectations.FILE + " is no kit",
                    e);
        }
    }

    private int write(KeymgrCommand root, Path directory) throws IOException {
        ScopeConfig config = root.workbench().requireScope(scope);
        if (!force && holdsSomething(directory)) {
            throw new KeymgrException(
                    ErrorCode.USAGE,
                    directory + " has something in it; nothing was written; take another folder, or --force");
        }
        Kit kit =
                Kit.make(config.scope(), root.workbench().now(), root.machine().random());
        // A kit that stood here is none while it is replaced.
        Files.deleteIfExists(directory.resolve(Expectations.FILE));
        for (Map.Entry<String, byte[]> file : kit.files().entrySet()) {
            Path path = directory.resolve(file.getKey());
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            Files.write(path, file.getValue());
        }
        int cases = kit.expectations().cases().size();
        if (root.isJson()) {
            Map<String, Object> view = new LinkedHashMap<>();
            view.put("scope", scope);
            view.put("folder", directory.toString());
            view.put("cases", cases);
            view.put("made", kit.expectations().made().toString());
            view.put("goodUntil", kit.expectations().goodUntil().toString());
            root.print(view);
        } else {
            root.terminal()
                    .print(cases + " test tokens in " + directory + ", good until "
                            + kit.expectations().goodUntil() + "; begin with README.md there");
        }
        return ExitCodes.DONE;
    }

    private static boolean holdsSomething(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.findAny().isPresent();
        }
    }

    private int score(KeymgrCommand root, Path directory) throws IOException {
        Path file = directory.resolve(Expectations.FILE);
        if (Files.size(file) > KIT_BYTES_MAX) {
            throw new KeymgrException(ErrorCode.USAGE, file + " is longer than any kit; nothing was scored");
        }
        Expectations expectations = Expectations.parse(Files.readAllBytes(file));
        if (!expectations.scope().name().value().equals(scope)) {
            throw new KeymgrException(
                    ErrorCode.USAGE,
                    "the kit in " + directory + " is of scope "
                            + expectations.scope().name() + ", not " + scope + "; nothing was scored");
        }
        expectations.requireGood(root.machine().clock().instant());
        String lines = new String(Input.read(root, verdicts, VERDICT_BYTES_MAX), StandardCharsets.UTF_8);
        Score score = Score.of(expectations, Score.read(expectations, lines));
        boolean passed =
                score.isPerfect(Level.MANDATORY) && (!strict || score.wrong().isEmpty());
        if (root.isJson()) {
            root.print(view(score, passed));
        } else {
            print(root, score);
        }
        return passed ? ExitCodes.DONE : ExitCodes.CHECK_FAILED;
    }

    private static Map<String, Object> view(Score score, boolean passed) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("passed", passed);
        for (Level level : Level.values()) {
            Map<String, Object> counts = new LinkedHashMap<>();
            counts.put("right", Objects.requireNonNull(score.rightByLevel().get(level)));
            counts.put("of", Objects.requireNonNull(score.countByLevel().get(level)));
            view.put(level.text(), counts);
        }
        view.put("wrong", score.wrong().stream().map(KitCommand::view).toList());
        return view;
    }

    private static Map<String, Object> view(Score.Wrong wrong) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", wrong.expectation().id());
        view.put("level", wrong.expectation().level().text());
        view.put("expected", wrong.expectation().accepted() ? "accept" : "reject");
        view.put("answer", wrong.answer().name());
        view.put("why", wrong.expectation().why());
        view.put("clause", wrong.expectation().clause());
        return view;
    }

    private static void print(KeymgrCommand root, Score score) {
        Style style = root.terminal().style();
        for (Level level : Level.values()) {
            String line = level.text() + ": " + score.rightByLevel().get(level) + " of "
                    + score.countByLevel().get(level) + " right";
            root.terminal().print(score.isPerfect(level) ? style.good(line) : style.bad(line));
        }
        Table table = new Table();
        List<Score.Wrong> wrong = score.wrong();
        wrong.forEach(w -> table.row(
                w.expectation().id(),
                w.expectation().level().text(),
                w.answer().name(),
                w.expectation().why() + " (" + w.expectation().clause() + ")"));
        table.lines("  ").forEach(root.terminal()::print);
    }
}
