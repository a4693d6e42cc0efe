package dev.keymgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
    @ParameterizedTest
    @CsvSource({
        "5, INTEGER",
        "-3, INTEGER",
        "0, INTEGER",
        "010, NUMBER",
        "1_000, NUMBER",
        "0x1F, NUMBER",
        "1.5, NUMBER",
        ".5, NUMBER",
        "1e3, NUMBER",
        "-.5, NUMBER",
        "12345678901, NUMBER",
        "true, BOOLEAN",
        "True, TEXT",
        "yes, TEXT",
        "14d, TEXT",
        "1h30m, TEXT",
        "~, EMPTY",
        "null, EMPTY",
        "-, TEXT",
        ".., TEXT",
        "1.2.3, TEXT",
        "10.0.0.1, TEXT"
    })
    void readsPlainTextTheSameWayEverywhere(String text, Node.Form form) {
        assertThat(YamlReader.plainForm(text)).isEqualTo(form);
    }

    @Test
    void keepsTheTextOfBlocksAndQuotes() {
        assertThat(read("a: \"\\u00fc\"")).isEqualTo(read("a: '\u00fc'"));
        assertThat(read("a: |-\n  x y")).containsExactly("Scalar[form=TEXT, text=x y]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- ", "? ", "'", "\"", "&", "*", "!", "%", "@", "a:\n", "\u0007", "\ud800"})
    void survivesAMebibyteOfAnything(String unit) {
        String text = unit.repeat((1 << 20) / unit.length());
        Problems problems = new Problems(Samples.FILE);

        YamlReader.read(text, problems);

        assertThat(problems.isEmpty()).isFalse();
        assertThat(problems.exception().getMessage()).hasSizeLessThan(100_000);
    }

    @Test
    void namesTheLineOfACharacterThatYamlForbids() {
        assertThat(Samples.answer("version: 1\nhsm: \u0001\n"))
                .containsExactly("keymgr.yaml:2: not YAML: the character \\u0001 is not allowed; remove it");
    }

    @Test
    void refusesWhatIsNestedTooDeep() {
        assertThat(Samples.answer("version: 1\nhsm: " + "[".repeat(17) + "]".repeat(17)))
                .hasSize(1)
                .allMatch(line -> line.startsWith("keymgr.yaml:2: hsm[0][0]")
                        && line.endsWith(" is nested deeper than 16 levels; flatten it"));
    }

    private static List<String> read(String text) {
        return YamlReader.read(text, new Problems(Samples.FILE)).orElseThrow().members().values().stream()
                .map(member -> member.value().toString())
                .toList();
    }
}
