package dev.keymgr.drill;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what must come about, and measures how long it took. */
final class Patience {
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Patience() {}

    /** Whether it came, and after how long; how long was waited where it did not. */
    record Waited(boolean came, Duration after) {}

    static Waited until(Duration most, BooleanSupplier came) {
        return since(System.nanoTime(), most, came);
    }

    /** @param begin as {@link System#nanoTime} had it; the time before the call counts too */
    static Waited since(long begin, Duration most, BooleanSupplier came) {
        while (!came.getAsBoolean()) {
            Duration past = Duration.ofNanos(System.nanoTime() - begin);
            if (past.compareTo(most) >= 0 || Thread.currentThread().isInterrupted()) {
                return new Waited(false, past);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return new Waited(true, Duration.ofNanos(System.nanoTime() - begin));
    }
}
