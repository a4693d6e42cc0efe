package dev.keymgr.command;

import dev.keymgr.rollover.Durations;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Instants for people: UTC to the second, and how far away. */
final class Times {
    private static final DateTimeFormatter FORM =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Duration FINE_BELOW = Duration.ofHours(1);

    private Times() {}

    static String at(Instant instant) {
        return FORM.format(instant);
    }

    /** {@code in 3d4h}, {@code 2m10s ago}, {@code now}. */
    static String from(Instant now, Instant then) {
        Duration away = Duration.between(now, then);
        if (away.abs().compareTo(Duration.ofSeconds(1)) < 0) {
            return "now";
        }
        return away.isNegative() ? rough(away.negated()) + " ago" : "in " + rough(away);
    }

    /** To the second below an hour, else to the minute. */
    static String rough(Duration duration) {
        Duration shown = duration.compareTo(FINE_BELOW) < 0 ? duration : Duration.ofMinutes(duration.toMinutes());
        return Durations.format(shown);
    }
}
