package dev.keymgr.daemon.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Contrast of every pair of colours that meet, in both schemes.
 *
 * @standard WCAG 2.2 s. 1.4.3, 1.4.11
 */
final class PaletteTest {
    private static final Pattern COLOUR = Pattern.compile("--([a-z-]+): (#[0-9a-f]{6});");

    private static Map<String, String> palette(String scheme) {
        String dark = "prefers-color-scheme: dark";
        int split = Stylesheet.TEXT.indexOf(dark);
        assertThat(split).isPositive();
        int end = Stylesheet.TEXT.indexOf("\n}", split);
        String part =
                scheme.equals("light") ? Stylesheet.TEXT.substring(0, split) : Stylesheet.TEXT.substring(split, end);
        Map<String, String> colours = new HashMap<>();
        Matcher matcher = COLOUR.matcher(part);
        while (matcher.find()) {
            colours.put(matcher.group(1), matcher.group(2));
        }
        return colours;
    }

    private static double luminance(String colour) {
        double sum = 0;
        double[] weights = {0.2126, 0.7152, 0.0722};
        for (int i = 0; i < 3; i++) {
            double c = Integer.parseInt(colour.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
            sum += weights[i] * (c <= 0.04045 ? c / 12.92 : Math.pow((c + 0.055) / 1.055, 2.4));
        }
        return sum;
    }

    private static double contrast(String scheme, String one, String other) {
        Map<String, String> palette = palette(scheme);
        assertThat(palette).containsKeys(one, other);
        double a = luminance(Objects.requireNonNull(palette.get(one)));
        double b = luminance(Objects.requireNonNull(palette.get(other)));
        return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    }

    @ParameterizedTest
    @CsvSource({
        "ink, paper",
        "ink, card",
        "ink, tint",
        "ink, future",
        "ink, wary-bg",
        "ink, bad-bg",
        "soft, paper",
        "soft, card",
        "blue, card",
        "on-blue, blue",
        "card, bad",
        "good, card",
        "good, good-bg",
        "wary, card",
        "wary, paper",
        "wary, wary-bg",
        "bad, card",
        "bad, paper",
        "bad, bad-bg"
    })
    void textCanBeRead(String text, String ground) {
        for (String scheme : new String[] {"light", "dark"}) {
            assertThat(contrast(scheme, text, ground))
                    .as("%s on %s, %s", text, ground, scheme)
                    .isGreaterThanOrEqualTo(4.5);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "blue, card",
        "blue, rule",
        "edge, card",
        "edge, future",
        "grey, card",
        "grey, future",
        "wary, rule",
        "bad, rule",
        "ink, card",
        "wary, wary-bg",
        "good, paper",
        "bad, future",
        "wary, future"
    })
    void signsCanBeSeen(String sign, String ground) {
        for (String scheme : new String[] {"light", "dark"}) {
            assertThat(contrast(scheme, sign, ground))
                    .as("%s on %s, %s", sign, ground, scheme)
                    .isGreaterThanOrEqualTo(3);
        }
    }
}
