package dev.keymgr.daemon.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TicksTest {
    private static final Instant NOW = Instant.parse("2026-10-28T23:41:07.5Z");

    private static List<String> labels(Duration half) {
        return Ticks.of(new Window(NOW.minus(half), NOW.plus(half))).stream()
                .map(Ticks.Tick::label)
                .toList();
    }

    @Test
    void countsSecondsWhereAPolicyIsOfSeconds() {
        assertThat(labels(Duration.ofSeconds(30)))
                .containsExactly("23:40:40", "23:40:50", "23:41:00", "23:41:10", "23:41:20", "23:41:30");
    }

    @Test
    void countsHoursAndNamesMidnightByItsDay() {
        assertThat(labels(Duration.ofHours(8))).contains("22:00", "29 Oct", "02:00");
    }

    @Test
    void countsWeeksFromMonday() {
        assertThat(labels(Duration.ofDays(14))).containsExactly("19 Oct", "26 Oct", "2 Nov", "9 Nov");
    }

    @Test
    void countsMonthsFromTheFirst() {
        assertThat(labels(Duration.ofDays(400)))
                .containsExactly(
                        "Oct 2025",
                        "Jan 2026",
                        "Apr 2026",
                        "Jul 2026",
                        "Oct 2026",
                        "Jan 2027",
                        "Apr 2027",
                        "Jul 2027",
                        "Oct 2027");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 7, 45, 100, 1_000, 5_000, 20_000, 86_400, 200_000, 1_209_600, 8_000_000, 34_560_000})
    void marksEveryPolicyWithAFewRoundInstants(long seconds) {
        Window window = new Window(NOW.minusSeconds(seconds), NOW.plusSeconds(seconds));

        List<Ticks.Tick> ticks = Ticks.of(window);

        assertThat(ticks).hasSizeBetween(2, Ticks.MOST + 1).allMatch(t -> window.contains(t.at()));
        assertThat(ticks).extracting(Ticks.Tick::at).isSorted().doesNotHaveDuplicates();
    }
}
