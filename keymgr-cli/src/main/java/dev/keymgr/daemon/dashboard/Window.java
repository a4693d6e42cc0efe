package dev.keymgr.daemon.dashboard;

import java.time.Duration;
import java.time.Instant;

/** The stretch of time a timeline shows. */
record Window(Instant from, Instant until) {
    Window {
        if (!from.isBefore(until)) {
            throw new IllegalArgumentException("a timeline from " + from + " until " + until);
        }
    }

    boolean contains(Instant at) {
        return !at.isBefore(from) && at.isBefore(until);
    }

    Duration length() {
        return Duration.between(from, until);
    }

    /** How far along, in percent; 0 before it and 100 after it. */
    double percent(Instant at) {
        if (!at.isAfter(from)) {
            return 0;
        }
        if (!at.isBefore(until)) {
            return 100;
        }
        return 100.0 * seconds(Duration.between(from, at)) / seconds(length());
    }

    private static double seconds(Duration duration) {
        return duration.getSeconds() + duration.getNano() / 1e9;
    }
}
