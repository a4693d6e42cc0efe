package dev.keymgr.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection: opened when first needed, used by one thread at a time, thrown away after any error of the database and
 * opened anew by the next call. That is how a restarted server is survived.
 */
final class Session implements AutoCloseable {
    /** What happens inside one transaction. It may be run again, so it changes nothing but the database. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private final Dialect dialect;
    private final Dialect.Use use;
    private final ReentrantLock turn = new ReentrantLock();
    private @Nullable Connection open;

    Session(Dialect dialect, Dialect.Use use) {
        this.dialect = dialect;
        this.use = use;
    }

    /**
     * Runs work as one transaction, durable on return.
     *
     * @throws OutcomeUnknownException when the commit may or may not have happened
     * @throws SQLException when nothing was written
     */
    <T> T transact(Work<T> work) throws SQLException {
        turn.lock();
        try {
            Connection connection = connection();
            T result = run(connection, work);
            commit(connection);
            if (!dialect.mayBeKept(connection)) {
                open = null;
                connection.close();
            }
            return result;
        } finally {
            turn.unlock();
        }
    }

    private Connection connection() throws SQLException {
        if (open == null) {
            Connection fresh = dialect.connect(use);
            try {
                Schema.requireCurrent(dialect, fresh);
            } catch (SQLException | RuntimeException e) {
                closeQuietly(fresh, e);
                throw e;
            }
            open = fresh;
        }
        return open;
    }

    private <T> T run(Connection connection, Work<T> work) throws SQLException {
        try {
            dialect.begin(connection, use);
            return work.on(connection);
        } catch (SQLException e) {
            discard(connection, e);
            throw e;
        } catch (RuntimeException | Error e) {
            rollback(connection, e);
            throw e;
        }
    }

    private void commit(Connection connection) throws SQLException {
        try {
            dialect.commit(connection);
        } catch (SQLException e) {
            discard(connection, e);
            throw dialect.leavesCommitOpen(e) ? new OutcomeUnknownException(e) : e;
        }
    }

    private void rollback(Connection connection, Throwable because) {
        try {
            dialect.rollback(connection);
        } catch (SQLException e) {
            because.addSuppressed(e);
            discard(connection, because);
        }
    }

    /** Closing without a commit undoes, in both databases. */
    private void discard(Connection connection, Throwable because) {
        open = null;
        closeQuietly(connection, because);
    }

    private static void closeQuietly(Connection connection, Throwable because) {
        try {
            connection.close();
        } catch (SQLException e) {
            because.addSuppressed(e);
        }
    }

    @Override
    public void close() throws SQLException {
        turn.lock();
        try {
            if (open != null) {
                Connection last = open;
                open = null;
                last.close();
            }
        } finally {
            turn.unlock();
        }
    }
}
