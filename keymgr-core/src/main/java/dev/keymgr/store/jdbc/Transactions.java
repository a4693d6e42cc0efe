package dev.keymgr.store.jdbc;

import dev.keymgr.key.KeymgrException;
import java.sql.SQLException;
import java.util.function.Function;

/** The two connections of a store, one to read and one to write, and how their failures are put. Safe for many threads. */
final class Transactions implements AutoCloseable {
    private final Dialect dialect;
    private final Failures failures;
    private final Attempts attempts;
    private final Session reader;
    private final Session writer;

    Transactions(Dialect dialect) {
        this.dialect = dialect;
        this.failures = new Failures(dialect);
        this.attempts = new Attempts(dialect);
        this.reader = new Session(dialect, Dialect.Use.READ);
        this.writer = new Session(dialect, Dialect.Use.WRITE);
    }

    /** Reads in one snapshot. */
    <T> T read(String doing, Session.Work<T> work) {
        Session.Work<T> checked = connection -> {
            try {
                return work.on(connection);
            } catch (IllegalArgumentException | IllegalStateException e) {
                throw failures.unreadable(doing, e);
            }
        };
        return attempts.run(reader, checked, e -> failures.explain(doing, e));
    }

    <T> T write(String doing, Session.Work<T> work) {
        return write(work, e -> failures.explain(doing, e));
    }

    <T> T write(Session.Work<T> work, Function<SQLException, KeymgrException> explain) {
        return attempts.run(writer, work, explain);
    }

    KeymgrException explain(String doing, SQLException failure) {
        return failures.explain(doing, failure);
    }

    boolean isRefusal(SQLException failure) {
        return dialect.troubleOf(failure) == Trouble.REFUSED;
    }

    String headQuery() {
        return dialect.headQuery();
    }

    @Override
    public void close() {
        try (reader) {
            writer.close();
        } catch (SQLException e) {
            throw failures.explain("close the store", e);
        }
    }
}
