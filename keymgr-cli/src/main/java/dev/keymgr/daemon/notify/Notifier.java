package dev.keymgr.daemon.notify;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.Deliveries;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Tells every receiver what it is owed: in order, at least once, each in a thread of its own. Holds no state that counts:
 * it may be stopped, killed or replaced by another at any moment. Safe for many threads.
 */
public final class Notifier implements AutoCloseable {
    /** A round takes 5 s, and its last delivery up to 10 s more. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final List<String> receivers;
    private final List<Lane> lanes;
    private final ExecutorService threads;

    /**
     * Starts nothing.
     *
     * @param random spreads the attempts of daemons and receivers over time
     * @param actor for the record of what was given up
     * @param outcomes told of each attempt
     */
    public Notifier(
            AuditLog audit,
            Deliveries deliveries,
            List<Addressee> receivers,
            Clock clock,
            RandomGenerator random,
            String actor,
            Outcomes outcomes) {
        Backoff backoff = new Backoff(random);
        this.receivers = receivers.stream().map(Addressee::name).toList();
        this.lanes = receivers.stream()
                .map(receiver -> new Lane(new Courier(receiver, audit, deliveries, clock, backoff, actor, outcomes)))
                .toList();
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "keymgr-notify");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Their names. */
    public List<String> receivers() {
        return receivers;
    }

    /**
     * Delivers what is outstanding. Returns when that is done, or has failed and will be tried at a later call; after 15 s
     * at the latest. A receiver that takes longer goes on by itself, and later calls leave it alone until it is done.
     *
     * @throws dev.keymgr.key.KeymgrException STORE_UNAVAILABLE when the record cannot be read, or a mark not written; what
     *     was delivered since may be delivered again
     */
    public void run() {
        long start = System.nanoTime();
        List<Future<?>> rounds = new ArrayList<>();
        for (Lane lane : lanes) {
            if (!threads.isShutdown() && lane.isBusy.compareAndSet(false, true)) {
                rounds.add(threads.submit(lane));
            }
        }
        RuntimeException failure = null;
        try {
            for (Future<?> round : rounds) {
                failure = first(failure, outcome(round, PATIENCE.toNanos() - (System.nanoTime() - start)));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw failure;
        }
    }

    private static @Nullable RuntimeException outcome(Future<?> round, long nanos) throws InterruptedException {
        try {
            round.get(Math.max(0, nanos), TimeUnit.NANOSECONDS);
            return null;
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            return e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }

    private static @Nullable RuntimeException first(@Nullable RuntimeException a, @Nullable RuntimeException b) {
        if (a != null && b != null) {
            a.addSuppressed(b);
        }
        return a == null ? b : a;
    }

    /** Breaks off what is under way; it will be delivered, or delivered again, by the next daemon. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    /** One receiver's, which is never served by two threads at once. */
    private static final class Lane implements Runnable {
        private final Courier courier;
        private final AtomicBoolean isBusy = new AtomicBoolean();

        Lane(Courier courier) {
            this.courier = courier;
        }

        @Override
        public void run() {
            try {
                courier.round();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                isBusy.set(false);
            }
        }
    }
}
