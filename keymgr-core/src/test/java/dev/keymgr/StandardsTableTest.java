package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/standards.md and the {@code @standard} tags of the sources say the same, both ways. */
class StandardsTableTest {
    private static final Path PAGE = Path.of("..", "docs", "standards.md");
    private static final List<Path> MODULES = List.of(Path.of("."), Path.of("..", "keymgr-cli"));
    private static final Pattern TAG = Pattern.compile("^\\s*/?\\*+\\s*@standard\\s+(.+?)(?:\\s*\\*/)?\\s*$");
    private static final String NO_TEST = "-";

    @Test
    void namesEveryClauseWhereTheSourcesNameItAndNoOther() {
        assertThat(claims(row -> row.clause() + " | " + row.className()))
                .as("docs/standards.md against the @standard tags")
                .containsExactlyInAnyOrderElementsOf(tags());
    }

    @Test
    void namesTestsThatExist() {
        Map<String, Path> tests = new TreeMap<>();
        sources("src/test/java").forEach(file -> tests.put(simpleName(file), file));

        assertThat(rows().stream()
                        .flatMap(row -> row.tests().stream())
                        .filter(test -> !test.equals(NO_TEST))
                        .distinct())
                .isSubsetOf(tests.keySet());
    }

    private record Row(String clause, String className, List<String> tests) {}

    private interface View {
        String of(Row row);
    }

    private static List<String> claims(View view) {
        return rows().stream().map(view::of).toList();
    }

    private static List<Row> rows() {
        return read(PAGE).stream()
                .filter(line -> line.matches("\\|.*`.*"))
                .map(line -> line.split("\\|", -1))
                .map(cells -> new Row(
                        cells[1].strip(),
                        cells[2].strip().replace("`", ""),
                        Arrays.stream(cells[3].split(",", -1))
                                .map(test -> test.strip().replace("`", ""))
                                .toList()))
                .toList();
    }

    private static List<String> tags() {
        return sources("src/main/java").flatMap(StandardsTableTest::tags).toList();
    }

    private static Stream<String> tags(Path file) {
        return read(file).stream()
                .map(TAG::matcher)
                .filter(Matcher::matches)
                .map(tag -> tag.group(1) + " | " + simpleName(file));
    }

    private static String simpleName(Path file) {
        return file.getFileName().toString().replace(".java", "");
    }

    private static Stream<Path> sources(String folder) {
        return MODULES.stream().flatMap(module -> {
            try (Stream<Path> files = Files.walk(module.resolve(folder))) {
                return files.filter(file -> file.toString().endsWith(".java")).sorted().toList().stream();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static List<String> read(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
