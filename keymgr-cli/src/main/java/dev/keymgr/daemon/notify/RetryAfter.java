package dev.keymgr.daemon.notify;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;

/**
 * How long an answer asks to be left alone.
 *
 * @standard RFC 9110 s. 10.2.3
 */
public final class RetryAfter {
    /** What asks for longer is asked again all the same. */
    public static final Duration MAX = Duration.ofHours(1);

    private RetryAfter() {}

    /** From zero to {@link #MAX}; zero where it asks nothing, or nothing that can be read. */
    public static Duration of(HttpHeaders headers, Instant now) {
        Duration asked =
                headers.firstValue("Retry-After").map(text -> parse(text, now)).orElse(Duration.ZERO);
        if (asked.isNegative()) {
            return Duration.ZERO;
        }
        return asked.compareTo(MAX) > 0 ? MAX : asked;
    }

    private static Duration parse(String text, Instant now) {
        if (text.matches("[0-9]{1,9}")) {
            return Duration.ofSeconds(Long.parseLong(text));
        }
        try {
            return Duration.between(now, DateTimeFormatter.RFC_1123_DATE_TIME.parse(text, Instant::from));
        } catch (DateTimeException e) {
            return Duration.ZERO;
        }
    }
}
