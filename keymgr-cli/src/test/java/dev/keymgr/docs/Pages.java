package dev.keymgr.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The pages of docs/reference, read as tables. */
final class Pages {
    private Pages() {}

    static Path path(String page) {
        return Path.of("..", "docs", "reference", page);
    }

    /** Every row of every table, header rows and rules left out; each cell without its back-quotes. */
    static List<List<String>> rows(String page) {
        List<String> lines = lines(page);
        return lines.stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> Arrays.stream(line.substring(1).split("(?<!\\\\)\\|", -1))
                        .map(cell -> cell.strip().replace("`", ""))
                        .toList())
                .toList();
    }

    /** What follows a prefix in the second-level headings. */
    static List<String> headings(String page, String prefix) {
        return lines(page).stream()
                .filter(line -> line.startsWith("## " + prefix))
                .map(line -> line.substring(3 + prefix.length()).strip())
                .toList();
    }

    private static List<String> lines(String page) {
        try {
            return Files.readAllLines(path(page), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
