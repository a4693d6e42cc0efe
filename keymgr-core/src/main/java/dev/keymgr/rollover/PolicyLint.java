package dev.keymgr.rollover;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Whether the values of a policy fit together. A policy with an ERROR is refused at start-up; a WARNING is printed and
 * shown by {@code doctor}.
 */
public final class PolicyLint {
    /** How grave a finding is. */
    public enum Level {
        ERROR,
        WARNING
    }

    /**
     * What is wrong with a policy.
     *
     * @param key the value to change, dotted, below {@code policy}
     * @param bound what it must be
     * @param because the arithmetic
     */
    public record Finding(Level level, String key, String value, String bound, String because) {
        @Override
        public String toString() {
            return key + " is " + value + "; it must be " + bound + ": " + because;
        }
    }

    private static final Duration YEAR = Duration.ofDays(366);
    private static final Duration SHARED_ROTATION_MAX = Duration.ofDays(14);
    private static final Duration SINGLE_ROTATION_MAX = Duration.ofDays(92);
    private static final Duration CACHE_USEFUL_MAX = Duration.ofHours(24);

    /** npm jose keeps a set for ten minutes and does not read Cache-Control. */
    private static final Duration PUBLICATION_WISE_MIN = Duration.ofMinutes(10);

    private static final Duration REHEARSAL_BELOW = Duration.ofHours(1);

    /** Nimbus refuses a larger document by default. */
    private static final int DOCUMENT_BYTES_MAX = 51_200;

    /** One RSA-3072 entry with all members, rounded up. */
    private static final int LISTING_BYTES = 800;

    private PolicyLint() {}

    public static List<Finding> check(RolloverPolicy policy) {
        List<Finding> findings = new ArrayList<>();
        rotation(policy, findings);
        ages(policy, findings);
        documents(policy, findings);
        freezes(policy, findings);
        return findings;
    }

    private static void rotation(RolloverPolicy policy, List<Finding> findings) {
        Duration rotation = policy.rotation();
        Duration publish = policy.publicationInterval().plus(policy.tick().allowance());
        atLeast(
                findings,
                "rotation",
                rotation,
                publish,
                "a successor must be published P + C* + clock skew = "
                        + Durations.format(policy.publicationInterval())
                        + " ahead, and (missed + 1) ticks = "
                        + Durations.format(policy.tick().allowance()) + " may be late");
        atLeast(
                findings,
                "rotation",
                rotation,
                policy.retireInterval(),
                "a retired key stays published for drain + max-lifetime + leeway + clock skew, and only one may");
        Duration most = policy.tenancy() == RolloverPolicy.Tenancy.SHARED ? SHARED_ROTATION_MAX : SINGLE_ROTATION_MAX;
        atMost(
                findings,
                Level.ERROR,
                "rotation",
                rotation,
                most,
                "NIST IR 8587 (draft) limits the use of one key in a "
                        + (policy.tenancy() == RolloverPolicy.Tenancy.SHARED ? "shared" : "single-tenant") + " scope");
        atMost(findings, Level.ERROR, "rotation", rotation, YEAR, "no signing key may serve for longer than a year");
        if (rotation.compareTo(REHEARSAL_BELOW) < 0) {
            warn(findings, "rotation", rotation, "at least 1h in earnest", "a policy of seconds is for watching");
        }
        if (policy.drain().compareTo(rotation) >= 0) {
            atMost(findings, Level.ERROR, "drain", policy.drain(), rotation, "a drain ends before the next switch");
        }
    }

    private static void ages(RolloverPolicy policy, List<Finding> findings) {
        RolloverPolicy.Ages ages = policy.ages();
        Duration allowance = policy.tick().allowance();
        Duration oldestSigning = policy.rotation().multipliedBy(2).plus(allowance);
        atLeast(
                findings,
                "ages.max",
                ages.max(),
                oldestSigning,
                "a key waits one rotation as standby and signs for the next, and (missed + 1) ticks may be late");
        atMost(
                findings,
                Level.ERROR,
                "ages.warn",
                ages.warn(),
                ages.max().minus(allowance.multipliedBy(2)),
                "the warning must come 2 (missed + 1) ticks before ages.max");
        Duration tail = policy.retireInterval()
                .plus(policy.propagation())
                .plus(policy.cache().bound());
        atLeast(
                findings,
                "ages.trust",
                ages.trust(),
                ages.max().plus(ages.grace()).plus(tail),
                "after ages.max and ages.grace a key is still published for I_ret and cached for P + C*");
        atMost(
                findings,
                Level.ERROR,
                "ages.trust",
                ages.trust(),
                oldestSigning
                        .plus(policy.publicationInterval())
                        .plus(tail)
                        .plus(ages.grace())
                        .plus(policy.rotation()),
                "trust must end at most one rotation after the oldest key could still be needed");
    }

    private static void documents(RolloverPolicy policy, List<Finding> findings) {
        Duration bound = policy.cache().bound();
        atMost(
                findings,
                Level.WARNING,
                "cache",
                bound,
                CACHE_USEFUL_MAX,
                "revocation by removal reaches such verifiers after a day or later");
        if (policy.publicationInterval().compareTo(PUBLICATION_WISE_MIN) < 0) {
            warn(
                    findings,
                    "cache",
                    policy.publicationInterval(),
                    "at least 10m with propagation and clock skew",
                    "widely used verifiers keep a set for 10 minutes whatever its header says");
        }
        long retired = 1 + policy.retireInterval().dividedBy(policy.rotation());
        long listed = policy.algorithms().size() * (1L + policy.standbys() + retired);
        if (listed * LISTING_BYTES >= DOCUMENT_BYTES_MAX) {
            findings.add(new Finding(
                    Level.ERROR,
                    "standbys",
                    Integer.toString(policy.standbys()),
                    "smaller",
                    listed + " listed keys would pass " + DOCUMENT_BYTES_MAX + " bytes, a common client's limit"));
        }
        if (policy.tokens().size() < 2) {
            findings.add(new Finding(
                    Level.WARNING,
                    "tokens",
                    policy.tokens().toString(),
                    "two tokens",
                    "a standby beside the active key falls with it when the token is compromised"));
        }
    }

    /**
     * A warning only: a freeze that is too long does no harm, for the limit on age overrides it. But whoever wrote it
     * believes that nothing happens in it.
     */
    private static void freezes(RolloverPolicy policy, List<Finding> findings) {
        Duration spare = policy.ages()
                .max()
                .minus(policy.rotation().multipliedBy(2))
                .minus(policy.tick().allowance());
        Freeze.merged(policy.freezes()).stream()
                .map(Freeze::length)
                .max(Comparator.naturalOrder())
                .ifPresent(longest -> atMost(
                        findings,
                        Level.WARNING,
                        Freeze.KEY,
                        longest,
                        spare,
                        "a rotation due at its beginning can wait no longer than ages.max - 2 rotations - (missed + 1)"
                                + " ticks, and is then made inside it"));
    }

    private static void atLeast(List<Finding> findings, String key, Duration value, Duration least, String because) {
        if (value.compareTo(least) < 0) {
            findings.add(new Finding(
                    Level.ERROR, key, Durations.format(value), "at least " + Durations.format(least), because));
        }
    }

    private static void atMost(
            List<Finding> findings, Level level, String key, Duration value, Duration most, String because) {
        if (value.compareTo(most) > 0) {
            findings.add(
                    new Finding(level, key, Durations.format(value), "at most " + Durations.format(most), because));
        }
    }

    private static void warn(List<Finding> findings, String key, Duration value, String bound, String because) {
        findings.add(new Finding(Level.WARNING, key, Durations.format(value), bound, because));
    }
}
