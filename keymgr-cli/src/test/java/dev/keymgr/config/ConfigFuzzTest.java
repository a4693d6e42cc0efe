package dev.keymgr.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.keymgr.config.StarterConfig.Pace;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Whatever is done to a file, the answer is a configuration or a ConfigException. Replay a failure with
 * {@code -Dkeymgr.fuzz.seed=N}; {@code -Dkeymgr.fuzz.runs=N} looks further.
 */
class ConfigFuzzTest {
    private static final long SEED = Long.getLong("keymgr.fuzz.seed", 1_558);
    private static final int RUNS = Integer.getInteger("keymgr.fuzz.runs", 4_000);
    private static final String[] BITS = {
        "\"",
        "'",
        "[",
        "]",
        "{",
        "}",
        ":",
        "- ",
        "#",
        "&a ",
        "*a",
        "!!str ",
        "|",
        ">",
        "%",
        "@",
        "\t",
        "\n",
        "\\x",
        "\\ud83d",
        "---\n",
        "...\n",
        "? ",
        "~",
        "null",
        "true",
        "0",
        "-1",
        "999999999",
        "1e99",
        "400d",
        "1s",
        "P",
        "PT1S",
        "d",
        "\u0000",
        "\uFEFF",
        "\uD83D\uDD11",
        "\uD83D",
        "https://",
        "@",
        "file:",
        "env:",
        "command:",
        "jdbc:postgresql:",
        "<<: ",
        "../",
        "~/"
    };

    @Test
    void answersEveryMutationOfAFileInOrder() {
        List<String> starts = List.of(
                Samples.sound(),
                Samples.least(),
                new StarterConfig(Pace.DAYS, Path.of("/opt/client.so"), Path.of("/opt/module.so")).render(),
                new StarterConfig(Pace.SECONDS, null, Path.of("/opt/module.so")).render());
        int taken = 0;
        for (long run = 0; run < RUNS; run++) {
            long seed = SEED + run;
            Random random = new Random(seed);
            String text = starts.get(random.nextInt(starts.size()));
            for (int i = random.nextInt(4); i >= 0; i--) {
                text = mutated(text, random);
            }
            taken += isTaken(text, seed) ? 1 : 0;
        }

        // A generator whose files are all sound, or all broken at the first line, would prove nothing.
        assertThat(taken).isBetween(RUNS / 100, 1 + RUNS * 9 / 10);
    }

    private static boolean isTaken(String text, long seed) {
        try {
            return !Samples.load(text).scopes().isEmpty();
        } catch (ConfigException e) {
            assertThat(e.problems()).as("seed %d", seed).isNotEmpty();
            assertThat(e.getMessage()).as("seed %d", seed).startsWith("keymgr.yaml:");
            return false;
        } catch (RuntimeException | StackOverflowError e) {
            return fail("seed " + seed + " (-Dkeymgr.fuzz.seed=" + seed + " -Dkeymgr.fuzz.runs=1):\n" + text, e);
        }
    }

    private static String mutated(String text, Random random) {
        int at = random.nextInt(text.length() + 1);
        int to = Math.min(text.length(), at + random.nextInt(12));
        String bit = BITS[random.nextInt(BITS.length)];
        return switch (random.nextInt(7)) {
            case 0 -> text.substring(0, at) + bit + text.substring(at);
            case 1 -> text.substring(0, at) + text.substring(to);
            case 2 -> text.substring(0, at) + bit + text.substring(to);
            case 3 -> text.substring(0, at) + (char) random.nextInt(0x300) + text.substring(at);
            case 4 -> text.substring(0, at);
            case 5 -> withLines(text, random);
            default -> withValue(text, bit, random);
        };
    }

    /** With a line gone, doubled, moved or indented otherwise. */
    private static String withLines(String text, Random random) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        if (lines.isEmpty()) {
            return text;
        }
        int at = random.nextInt(lines.size());
        switch (random.nextInt(4)) {
            case 0 -> lines.remove(at);
            case 1 -> lines.add(at, lines.get(random.nextInt(lines.size())));
            case 2 -> Collections.swap(lines, at, random.nextInt(lines.size()));
            default ->
                lines.set(at, " ".repeat(random.nextInt(9)) + lines.get(at).strip());
        }
        return String.join("\n", lines) + "\n";
    }

    /** With another value behind a key. */
    private static String withValue(String text, String bit, Random random) {
        List<String> lines = new ArrayList<>(text.lines().toList());
        if (lines.isEmpty()) {
            return text;
        }
        int at = random.nextInt(lines.size());
        String line = lines.get(at);
        lines.set(at, line.substring(0, line.indexOf(':') + 1) + " " + bit);
        return String.join("\n", lines) + "\n";
    }
}
