package dev.keymgr.daemon.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WordsTest {
    private static final Instant NOW = Instant.parse("2026-10-28T08:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT0S, 0s",
        "PT0.9S, 0s",
        "PT59S, 59s",
        "PT1M, 1m",
        "PT61S, 1m 1s",
        "PT1H1S, 1h",
        "PT3H12M9S, 3h 12m",
        "P14DT59M, 14d",
        "P13DT23H59M, 13d 23h",
        "PT-40S, -40s"
    })
    void saysTheLargestUnitAndItsNeighbour(String duration, String words) {
        assertThat(Words.rough(Duration.parse(duration))).isEqualTo(words);
    }

    @Test
    void saysHowFarAwayAnInstantIs() {
        assertThat(Words.from(NOW, NOW.plus(Duration.ofMinutes(192)))).isEqualTo("in 3h 12m");
        assertThat(Words.from(NOW, NOW.minusSeconds(40))).isEqualTo("40s ago");
        assertThat(Words.from(NOW, NOW.plusMillis(999))).isEqualTo("now");
    }

    @Test
    void makesTheInstantsOfAMessageReadable() {
        assertThat(Words.message(NOW, "ready at 2026-10-28T08:26:00.5Z; not at 2026-99-99T00:00:00Z"))
                .isEqualTo("ready at 08:26:00 (in 26m); not at 2026-99-99T00:00:00Z");
    }

    @Test
    void cutsBetweenLettersOnly() {
        assertThat(Words.clip("a😀b😀", 4)).isEqualTo("a😀b😀");
        assertThat(Words.clip("a😀b😀c", 4)).isEqualTo("a😀b…");
    }
}
