package dev.keymgr.store.jdbc;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/** Creates and upgrades the tables. The only class that loads the migrator. */
final class Migrations {
    private final Dialect dialect;

    Migrations(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * Brings the tables to {@link Schema#VERSION}; does nothing where they are. Each migration is one transaction: a crash
     * leaves the version before it, and the next call goes on from there.
     */
    void run() {
        dialect.alone(this::bringUp);
    }

    private void bringUp() {
        if (isCurrent()) {
            return;
        }
        try {
            Flyway.configure(Migrations.class.getClassLoader())
                    .dataSource(new DialectDataSource(dialect))
                    .loggers(SilentLogs.class.getName())
                    .locations("classpath:" + dialect.migrations())
                    .table(Schema.HISTORY)
                    // The database may already hold other tables, a scheduler's for example.
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .cleanDisabled(true)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw explain(e);
        }
    }

    private boolean isCurrent() {
        try (Connection connection = dialect.connect(Dialect.Use.WRITE)) {
            int found = Schema.version(dialect, connection);
            Schema.requireNotNewer(dialect, found);
            return found == Schema.VERSION;
        } catch (SQLException e) {
            throw new Failures(dialect).explain("prepare the tables", e);
        }
    }

    private KeymgrException explain(FlywayException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && dialect.troubleOf(sql) != Trouble.OTHER) {
                return new Failures(dialect).explain("prepare the tables", sql);
            }
        }
        return new KeymgrException(
                ErrorCode.STORE_SCHEMA,
                "could not prepare the tables of the store " + dialect.place() + " ("
                        + String.valueOf(failure.getMessage())
                                .lines()
                                .findFirst()
                                .orElse("no reason given")
                        + "); its schema is as before; the cause is in the log",
                failure);
    }
}
