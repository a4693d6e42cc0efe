package dev.keymgr.daemon.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Instants, durations and counts as people read them. UTC throughout. */
final class Words {
    private static final DateTimeFormatter FULL = DateTimeFormatter.ofPattern(
                    "d MMM uuuu, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter PLAIN =
            DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter FINE =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ENGLISH).withZone(ZoneOffset.UTC);

    /** Below this distance the seconds are of interest, and the day is plain. */
    private static final Duration FINE_BELOW = Duration.ofHours(1);

    private static final Pattern INSTANT =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?Z");

    /** Letters of a message shown. */
    private static final int MESSAGE_MAX = 500;

    private Words() {}

    static String full(Instant at) {
        return FULL.format(at);
    }

    /** Day and time without the year; within an hour of now the time alone, to the second. */
    static String near(Instant now, Instant at) {
        boolean fine = Duration.between(now, at).abs().compareTo(FINE_BELOW) < 0;
        return (fine ? FINE : PLAIN).format(at);
    }

    /** {@code in 3h 12m}, {@code 40s ago}, {@code now}. */
    static String from(Instant now, Instant then) {
        Duration away = Duration.between(now, then);
        if (away.abs().compareTo(Duration.ofSeconds(1)) < 0) {
            return "now";
        }
        return away.isNegative() ? rough(away.negated()) + " ago" : "in " + rough(away);
    }

    /** The largest unit and its neighbour, rounded down. */
    static String rough(Duration duration) {
        if (duration.isNegative()) {
            return "-" + rough(duration.negated());
        }
        if (duration.toDays() > 0) {
            return pair(duration.toDays(), "d", duration.toHoursPart(), "h");
        }
        if (duration.toHours() > 0) {
            return pair(duration.toHours(), "h", duration.toMinutesPart(), "m");
        }
        return duration.toMinutes() > 0
                ? pair(duration.toMinutes(), "m", duration.toSecondsPart(), "s")
                : duration.toSeconds() + "s";
    }

    private static String pair(long large, String unit, int small, String smaller) {
        return large + unit + (small == 0 ? "" : " " + small + smaller);
    }

    static String count(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    /** A message with its instants made readable. */
    static String message(Instant now, String text) {
        return INSTANT.matcher(clip(text, MESSAGE_MAX)).replaceAll(match -> {
            try {
                Instant at = Instant.parse(match.group());
                return near(now, at) + " (" + from(now, at) + ")";
            } catch (DateTimeParseException e) {
                return Matcher.quoteReplacement(match.group());
            }
        });
    }

    /** What people wrote has no bound; a page has. */
    static String clip(String text, int most) {
        if (text.codePointCount(0, text.length()) <= most) {
            return text;
        }
        return text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
    }
}
