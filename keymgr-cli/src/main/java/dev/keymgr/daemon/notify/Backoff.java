package dev.keymgr.daemon.notify;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to leave a receiver alone that failed: 1 s, doubling to a bound, each up to half less by chance. */
record Backoff(RandomGenerator random) {
    private static final Duration FIRST = Duration.ofSeconds(1);
    /** The longest bound of all. */
    static final Duration MAX = Duration.ofMinutes(5);

    private static final int DOUBLINGS_MAX = 9;

    /**
     * The pause before the next attempt.
     *
     * @param attempts made in vain, at least 1
     * @param most the bound, at most {@link #MAX}
     */
    Duration after(int attempts, Duration most) {
        Duration doubled = FIRST.multipliedBy(1L << Math.min(attempts - 1, DOUBLINGS_MAX));
        long whole = Math.min(doubled.toMillis(), most.toMillis());
        return Duration.ofMillis(whole - random.nextLong(whole / 2 + 1));
    }
}
