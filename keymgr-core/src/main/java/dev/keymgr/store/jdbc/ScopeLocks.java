package dev.keymgr.store.jdbc;

import dev.keymgr.inventory.ScopeLock;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The sole right to work on a scope, by whatever the operating system or the server frees when its holder dies. */
interface ScopeLocks {
    /** How often to look again while waiting. */
    long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(25);

    /** As {@link dev.keymgr.inventory.Inventory#lock}. */
    ScopeLock lock(ScopeName scope, Duration patience);

    /** Waits a little before the next try; false when patience is over or the thread was interrupted (flag kept). */
    static boolean pause(long beganNanos, Duration patience) {
        if (patience.minusNanos(System.nanoTime() - beganNanos).compareTo(Duration.ZERO) <= 0
                || Thread.currentThread().isInterrupted()) {
            return false;
        }
        LockSupport.parkNanos(POLL_NANOS);
        return true;
    }

    static KeymgrException busy(ScopeName scope, String holder) {
        return new KeymgrException(
                ErrorCode.SCOPE_BUSY,
                "scope " + scope + " is being worked on by " + holder
                        + "; nothing was changed; wait for it to finish and run the command again");
    }
}
