package dev.keymgr.store.jdbc;

import dev.keymgr.inventory.InventoryConflictException;
import dev.keymgr.key.KeymgrException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Tries a transaction again, a bounded number of times, when it failed in passing and certainly wrote nothing. The
 * failures before the last one ride on it as suppressed.
 */
final class Attempts {
    private static final int MAX = 5;
    /** Doubled before each further attempt, so that racing writers drift apart. */
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Dialect dialect;

    Attempts(Dialect dialect) {
        this.dialect = dialect;
    }

    <T> T run(Session session, Session.Work<T> work, Function<SQLException, KeymgrException> explain) {
        List<SQLException> earlier = new ArrayList<>();
        long began = System.nanoTime();
        while (true) {
            try {
                return session.transact(work);
            } catch (SQLException e) {
                if (!mayTryAgain(e, earlier.size() + 1, began)) {
                    KeymgrException explained = explain.apply(e);
                    earlier.forEach(explained::addSuppressed);
                    throw explained;
                }
                earlier.add(e);
                LockSupport.parkNanos(FIRST_PAUSE_NANOS << earlier.size());
            } catch (InventoryConflictException e) {
                earlier.forEach(e::addSuppressed);
                throw e;
            }
        }
    }

    /** A statement that has waited its whole patience for a lock is not made to wait again. */
    private boolean mayTryAgain(SQLException failure, int attempts, long began) {
        return !(failure instanceof OutcomeUnknownException)
                && dialect.troubleOf(failure).isPassing()
                && attempts < MAX
                && System.nanoTime() - began < dialect.patience().toNanos();
    }
}
