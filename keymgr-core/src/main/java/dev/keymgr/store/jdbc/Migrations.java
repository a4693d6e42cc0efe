package dev.keymgr.store.jdbc;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.sql.Connection;
import java.sql.SQLException;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.flywaydb.database.postgresql.PostgreSQLConfigurationExtension;

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
            configured().load().migrate();
        } catch (FlywayException e) {
            throw explain(e);
        }
    }

    private FluentConfiguration configured() {
        FluentConfiguration configuration = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(new DialectDataSource(dialect))
                .loggers(SilentLogs.class.getName())
                .locations("classpath:" + dialect.migrations())
                .table(Schema.HISTORY)
                // The database may already hold other tables, a scheduler's for example.
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .cleanDisabled(true);
        if (dialect instanceof PostgresDialect) {
            // One connection instead of two: otherwise a migration is noted as done in another transaction than the
            // migration's own, and a crash between the two leaves tables that the migrator does not know of.
            configuration
                    .getConfigurationExtension(PostgreSQLConfigurationExtension.class)
                    .setTransactionalLock(false);
        }
        return configuration;
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
        String said = String.valueOf(failure.getMessage());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                if (dialect.troubleOf(sql) != Trouble.OTHER) {
                    SQLException known = dialect.leavesCommitOpen(sql) ? new OutcomeUnknownException(sql) : sql;
                    return new Failures(dialect).explain("prepare the tables", known);
                }
                said = String.valueOf(sql.getMessage());
            }
        }
        return new KeymgrException(
                ErrorCode.STORE_SCHEMA,
                "could not prepare the tables of the store " + dialect.place() + " ("
                        + said.lines().findFirst().orElse("no reason given")
                        + "); its schema is as before; mend the cause and run again: keymgr init",
                failure);
    }
}
