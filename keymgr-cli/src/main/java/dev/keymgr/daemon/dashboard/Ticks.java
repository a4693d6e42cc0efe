package dev.keymgr.daemon.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Where a time axis is marked: at round instants of UTC, from seconds to years apart. */
final class Ticks {
    /** More labels than this run into each other. */
    static final int MOST = 9;

    /** A mark on the axis. */
    record Tick(Instant at, String label) {}

    private static final long DAY = 86_400;

    /** In seconds. Each divides a day, so that midnight is always marked. */
    private static final List<Long> WITHIN_A_DAY = List.of(
            1L, 2L, 5L, 10L, 15L, 30L, 60L, 120L, 300L, 600L, 900L, 1_800L, 3_600L, 7_200L, 10_800L, 21_600L, 43_200L);

    private static final List<Integer> DAYS = List.of(1, 2, 7, 14);
    private static final List<Integer> MONTHS = List.of(1, 3, 6, 12);

    /** 1970-01-05 was the first Monday; weeks begin there. */
    private static final long FIRST_MONDAY = 4;

    private Ticks() {}

    /** At most {@link #MOST}, in order. */
    static List<Tick> of(Window window) {
        Duration length = window.length();
        for (long step : WITHIN_A_DAY) {
            if (length.toSeconds() / step < MOST) {
                return regular(window, step, 0);
            }
        }
        for (int days : DAYS) {
            if (length.toDays() / days < MOST) {
                return regular(window, days * DAY, days >= 7 ? FIRST_MONDAY * DAY : 0);
            }
        }
        return months(window);
    }

    private static List<Tick> regular(Window window, long step, long offset) {
        List<Tick> ticks = new ArrayList<>();
        long first = Math.floorDiv(window.from().getEpochSecond() - offset, step) * step + offset;
        for (long at = first; at <= window.until().getEpochSecond(); at += step) {
            Instant instant = Instant.ofEpochSecond(at);
            if (window.contains(instant)) {
                ticks.add(new Tick(instant, label(instant, step)));
            }
        }
        return ticks;
    }

    private static List<Tick> months(Window window) {
        long months = window.length().toDays() / 30;
        int step = MONTHS.stream().filter(m -> months / m < MOST).findFirst().orElse(12);
        LocalDate month = LocalDate.ofInstant(window.from(), ZoneOffset.UTC).withDayOfYear(1);
        List<Tick> ticks = new ArrayList<>();
        for (Instant at = start(month); at.isBefore(window.until()); at = start(month)) {
            if (window.contains(at)) {
                ticks.add(new Tick(at, format("MMM uuuu", at)));
            }
            month = month.plusMonths(step);
        }
        return ticks;
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static String label(Instant at, long step) {
        if (Math.floorMod(at.getEpochSecond(), DAY) == 0) {
            return format("d MMM", at);
        }
        return format(step < 60 ? "HH:mm:ss" : "HH:mm", at);
    }

    private static String format(String pattern, Instant at) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
                .withZone(ZoneOffset.UTC)
                .format(at);
    }
}
