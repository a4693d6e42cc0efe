package dev.keymgr.rollover;

import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How the keys of one scope live. Single values are checked here; whether they fit together is {@link PolicyLint}'s.
 *
 * @param tokens where keys are generated: successive keys of a group go to different tokens where there are two
 * @param algorithms the key groups, the one to sign with by default first
 * @param rotation R: how long one key signs
 * @param cache how long verifiers keep the document
 * @param propagation P: from the write to every sink until every edge serves it
 * @param lifetime of the tokens signed
 * @param drain D: from the switch until the last signer has stopped using the old key
 * @param tick how the planner is woken
 * @param ages limits on the age of a key
 * @param suspension how long a key may stay suspended before it counts as compromised
 * @param standbys keys published ahead of the active one; at least 1
 * @param tenancy whether many tenants share the scope: such a scope must roll faster
 * @param x5c whether the document carries the certificate of each key, for verifiers that read no signed one
 * @param freezes when planned steps wait; at most {@link #FREEZES_MAX}, in any order, and they may overlap
 */
public record RolloverPolicy(
        List<TokenLabel> tokens,
        List<SigningAlgorithm> algorithms,
        Duration rotation,
        Caching cache,
        Duration propagation,
        Lifetime lifetime,
        Duration drain,
        Tick tick,
        Ages ages,
        Duration suspension,
        int standbys,
        Tenancy tenancy,
        boolean x5c,
        List<Freeze> freezes) {

    /** Below one second a duration is surely a mistake of unit. */
    public static final Duration DURATION_MIN = Duration.ofSeconds(1);

    /** Above this it is too. */
    public static final Duration DURATION_MAX = Duration.ofDays(400);

    /** More leeway or skew than this is no tolerance but a second life for tokens. */
    private static final Duration TOLERANCE_MAX = Duration.ofMinutes(10);

    /** More tolerated ticks than this hide a dead scheduler. */
    private static final int MISSED_TICKS_MAX = 100;

    private static final int STANDBYS_MAX = 8;

    /** The longest change freeze. A longer one is a way to switch rotation off. */
    public static final Duration FREEZE_MAX = Duration.ofDays(60);

    /** More change freezes than this are a mistake in whatever writes them. */
    public static final int FREEZES_MAX = 50;

    /** Who shares a scope. */
    public enum Tenancy {
        SHARED,
        SINGLE
    }

    /**
     * How long verifiers keep the document.
     *
     * @param maxAge C: the Cache-Control max-age sent with it
     * @param verifiers C_v: how long each declared kind of verifier keeps it whatever the header says, by name
     * @param cdn what a shared cache in front may add; zero for none
     */
    public record Caching(Duration maxAge, SortedMap<String, Duration> verifiers, Duration cdn) {
        public Caching {
            requireWithin("cache.max-age", maxAge, DURATION_MIN);
            requireWithin("cache.cdn", cdn, Duration.ZERO);
            verifiers.forEach((name, bound) -> requireWithin("cache.verifiers." + name, bound, DURATION_MIN));
            verifiers = Collections.unmodifiableSortedMap(new TreeMap<>(verifiers));
        }

        public static Caching of(Duration maxAge, Map<String, Duration> verifiers) {
            return new Caching(maxAge, new TreeMap<>(verifiers), Duration.ZERO);
        }

        /** C*: the longest that any cache may keep a document that is served under this policy. */
        public Duration bound() {
            return verifiers.values().stream()
                    .reduce(maxAge, (a, b) -> a.compareTo(b) >= 0 ? a : b)
                    .plus(cdn);
        }
    }

    /**
     * Life of the tokens signed.
     *
     * @param max L: the longest life the signer gives
     * @param leeway λ: what verifiers add to {@code exp}
     * @param skew σ: the largest difference between any two clocks concerned
     */
    public record Lifetime(Duration max, Duration leeway, Duration skew) {
        public Lifetime {
            requireWithin("tokens.max-lifetime", max, DURATION_MIN);
            requireTolerance("tokens.leeway", leeway);
            requireTolerance("tokens.clock-skew", skew);
        }
    }

    /**
     * How the planner is woken.
     *
     * @param period τ: the longest gap between two looks
     * @param missed m: how many may be missed before it is an alarm
     */
    public record Tick(Duration period, int missed) {
        public Tick {
            requireWithin("tick.period", period, DURATION_MIN);
            if (missed < 0 || missed > MISSED_TICKS_MAX) {
                throw new PolicyException("tick.missed", Integer.toString(missed), "0 to " + MISSED_TICKS_MAX);
            }
        }

        /** (m+1)·τ: how late a step may be before something is wrong. */
        public Duration allowance() {
            return period.multipliedBy(missed + 1L);
        }
    }

    /**
     * Limits on the age of a key, counted from its generation.
     *
     * @param warn from here on it is a finding
     * @param max A_max: from here on it is replaced whatever the rotation says
     * @param grace how long past {@code max} it may go on signing when there is no standby; zero for not at all
     * @param trust A_end: the oldest at which any verifier may still trust it
     */
    public record Ages(Duration warn, Duration max, Duration grace, Duration trust) {
        public Ages {
            requireWithin("ages.warn", warn, DURATION_MIN);
            requireWithin("ages.max", max, DURATION_MIN);
            requireWithin("ages.grace", grace, Duration.ZERO);
            requireWithin("ages.trust", trust, DURATION_MIN);
        }
    }

    public RolloverPolicy {
        tokens = List.copyOf(tokens);
        algorithms = List.copyOf(algorithms);
        freezes = List.copyOf(freezes);
        if (tokens.isEmpty()) {
            throw new PolicyException("tokens", "none", "at least one");
        }
        if (algorithms.isEmpty() || new HashSet<>(algorithms).size() != algorithms.size()) {
            throw new PolicyException("algorithms", algorithms.toString(), "at least one, none twice");
        }
        requireWithin("rotation", rotation, DURATION_MIN);
        requireWithin("propagation", propagation, Duration.ZERO);
        requireWithin("drain", drain, DURATION_MIN);
        requireWithin("suspension", suspension, DURATION_MIN);
        if (standbys < 1 || standbys > STANDBYS_MAX) {
            throw new PolicyException("standbys", Integer.toString(standbys), "1 to " + STANDBYS_MAX);
        }
        if (freezes.size() > FREEZES_MAX) {
            throw new PolicyException(Freeze.KEY, freezes.size() + " windows", "at most " + FREEZES_MAX);
        }
        for (Freeze freeze : freezes) {
            if (freeze.length().compareTo(FREEZE_MAX) > 0) {
                throw new PolicyException(
                        Freeze.KEY,
                        Durations.format(freeze.length()) + " long",
                        "at most " + Durations.format(FREEZE_MAX));
            }
        }
    }

    /** The same with other limits on the age of a key. */
    public RolloverPolicy withAges(Ages others) {
        return new RolloverPolicy(
                tokens,
                algorithms,
                rotation,
                cache,
                propagation,
                lifetime,
                drain,
                tick,
                others,
                suspension,
                standbys,
                tenancy,
                x5c,
                freezes);
    }

    /** The same with other change freezes. */
    public RolloverPolicy withFreezes(List<Freeze> others) {
        return new RolloverPolicy(
                tokens,
                algorithms,
                rotation,
                cache,
                propagation,
                lifetime,
                drain,
                tick,
                ages,
                suspension,
                standbys,
                tenancy,
                x5c,
                others);
    }

    /** I_pub: how long a key must be published before it may sign. */
    public Duration publicationInterval() {
        return propagation.plus(cache.bound()).plus(lifetime.skew());
    }

    /** I_ret: how long a retired key must stay published. */
    public Duration retireInterval() {
        return drain.plus(lifetime.max()).plus(lifetime.leeway()).plus(lifetime.skew());
    }

    private static void requireTolerance(String key, Duration value) {
        if (value.isNegative() || value.compareTo(TOLERANCE_MAX) > 0) {
            throw new PolicyException(key, Durations.format(value), "0s to " + Durations.format(TOLERANCE_MAX));
        }
    }

    private static void requireWithin(String key, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(DURATION_MAX) > 0) {
            throw new PolicyException(key, Durations.format(value), Durations.format(least) + " to 400d");
        }
    }
}
