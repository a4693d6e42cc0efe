package dev.keymgr.kit;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The times of a kit. What is over is over for all of it, what is to come is to come for all of it, so that it may be judged
 * at any instant of its life.
 *
 * @param made whole seconds
 */
record Span(Instant made) {
    /** How long the kit may be used. */
    static final Duration LIFE = Duration.ofDays(1);

    /** The longest life of a token that a verifier of the kit allows. */
    static final Duration TOKEN_LIFETIME_MAX = LIFE.multipliedBy(2);

    private static final Duration MARGIN = Duration.ofHours(1);
    private static final Duration AGE = Duration.ofDays(30);

    Span {
        made = made.truncatedTo(ChronoUnit.SECONDS);
    }

    /** From this instant on nothing in the kit is to be judged. */
    Instant goodUntil() {
        return made.plus(LIFE);
    }

    /** When its good tokens and documents end: later, for clocks that run ahead. */
    Instant end() {
        return goodUntil().plus(MARGIN);
    }

    /** After the kit, within the longest life of a token. */
    Instant afterwards() {
        return end().plus(MARGIN);
    }

    Instant before() {
        return made.minus(MARGIN);
    }

    Instant longAgo() {
        return made.minus(AGE);
    }

    Instant farAhead() {
        return made.plus(AGE);
    }
}
