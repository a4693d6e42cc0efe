package dev.keymgr.token.remote;

import java.time.Duration;

/**
 * How a source keeps up with its issuer.
 *
 * @param timeout of the connection and of each whole answer; more than zero
 * @param keys what the max-age of the key set is taken for at least and at most; half of it is the time between two looks
 * @param revocations what the max-age of the list of revocations is taken for at least and at most; it is the time between
 *     two looks
 * @param unknownKid how often tokens with an unknown kid may cause a look at the key set
 * @param clockSkew by how much the issuer's clock may be ahead
 * @param unsigned what is made of a key set that nobody signed; means nothing where authorities are pinned
 */
public record RefreshPolicy(
        Duration timeout, Bounds keys, Bounds revocations, Refetch unknownKid, Duration clockSkew, Unsigned unsigned) {
    /** Seconds to a revocation, minutes to a new key, and an hour without the issuer where its set is not signed. */
    public static final RefreshPolicy DEFAULT = new RefreshPolicy(
            Duration.ofSeconds(5),
            new Bounds(Duration.ofSeconds(10), Duration.ofHours(1)),
            new Bounds(Duration.ofSeconds(1), Duration.ofMinutes(1)),
            new Refetch(Duration.ofSeconds(5), 60),
            Duration.ofSeconds(10),
            new Unsigned(Duration.ofHours(1), Unbound.REFUSED));

    /** At least and at most, both included; more than zero. */
    public record Bounds(Duration min, Duration max) {
        public Bounds {
            requirePositive("a lower bound", min);
            if (max.compareTo(min) < 0) {
                throw new IllegalArgumentException("the upper bound " + max + " is below the lower, " + min);
            }
        }

        Duration within(Duration value) {
            return value.compareTo(min) < 0 ? min : value.compareTo(max) > 0 ? max : value;
        }
    }

    /**
     * A bound on looks that strangers cause.
     *
     * @param pause since the last look at the key set, whatever caused it
     * @param perHour in one hour, whoever asks and for however many kids; zero for none at all
     */
    public record Refetch(Duration pause, int perHour) {
        public Refetch {
            requirePositive("a pause", pause);
            if (perHour < 0) {
                throw new IllegalArgumentException("fewer than no look an hour");
            }
        }
    }

    /**
     * What is made of a key set that nobody signed.
     *
     * @param trust how long it is gone by after the issuer last said that it stands
     */
    public record Unsigned(Duration trust, Unbound unbound) {
        public Unsigned {
            requirePositive("a time of trust", trust);
        }
    }

    /** What becomes of keys that do not say whose they are. */
    public enum Unbound {
        /** They are dropped, as those of another issuer are. */
        REFUSED,
        /** They are taken for the issuer's: for issuers that do not write the member {@code issuer}. */
        ADMITTED
    }

    public RefreshPolicy {
        requirePositive("a time-out", timeout);
        if (clockSkew.isNegative()) {
            throw new IllegalArgumentException("a clock skew of " + clockSkew + " is negative");
        }
    }

    private static void requirePositive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " of " + value + " is not more than zero");
        }
    }
}
