package dev.keymgr.daemon.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A token bucket for each client, kept as one number: the instant at which the bucket will be full again. A client whose
 * instant has passed is as good as unknown and is forgotten. Thread-safe, without locks.
 */
final class Throttle {
    /** Clients remembered at once, about 100 bytes each. When there are more, the newcomers share one bucket. */
    static final int CLIENTS_MAX = 20_000;

    private final long intervalNanos;
    private final long burstNanos;
    private final LongSupplier nanoTime;
    private final Map<ClientNetwork, AtomicLong> fullAt = new ConcurrentHashMap<>();
    private final AtomicLong newcomers;

    Throttle(RequestRate rate, LongSupplier nanoTime) {
        this.intervalNanos = TimeUnit.SECONDS.toNanos(1) / rate.perSecond();
        this.burstNanos = intervalNanos * rate.burst();
        this.nanoTime = nanoTime;
        this.newcomers = new AtomicLong(nanoTime.getAsLong());
    }

    /** Takes one token. Zero: taken; else how long until there is one, in nanoseconds. */
    long take(ClientNetwork client) {
        long now = nanoTime.getAsLong();
        AtomicLong full = bucket(client, now);
        while (true) {
            long was = full.get();
            long next = (was - now > 0 ? was : now) + intervalNanos;
            long excess = next - now - burstNanos;
            if (excess > 0) {
                return excess;
            }
            if (full.compareAndSet(was, next)) {
                return 0;
            }
        }
    }

    /** Drops whoever would find a full bucket anyway. */
    void forget() {
        long now = nanoTime.getAsLong();
        fullAt.values().removeIf(full -> full.get() - now <= 0);
    }

    private AtomicLong bucket(ClientNetwork client, long now) {
        AtomicLong known = fullAt.get(client);
        if (known != null) {
            return known;
        }
        return fullAt.size() < CLIENTS_MAX ? fullAt.computeIfAbsent(client, unknown -> new AtomicLong(now)) : newcomers;
    }
}
