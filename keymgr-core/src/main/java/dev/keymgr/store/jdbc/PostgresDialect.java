package dev.keymgr.store.jdbc;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;

/** One database of a server, any number of machines. SQL states: appendix A of the PostgreSQL manual. */
final class PostgresDialect implements Dialect {
    /** Seconds until an address that swallows packets counts as unreachable. */
    private static final String CONNECT_SECONDS = "10";
    /** A server that says nothing for so much longer than any lock wait is gone. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(30);

    /**
     * A commit that the server may lose in a crash would leave a published document that the inventory knows nothing of. A
     * stronger setting than the default stands.
     */
    private static final String DURABLE =
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

    private static final String DATABASE_UNKNOWN = "3D000";

    /** "keymgr-i". One number, and so never that of a scope, which is two. */
    private static final long MIGRATION_LOCK = 0x6b65796d67722d69L;

    private static final Duration MIGRATION_PATIENCE = Duration.ofSeconds(30);

    private final StoreSettings.Postgres settings;

    PostgresDialect(StoreSettings.Postgres settings) {
        this.settings = settings;
    }

    @Override
    public Connection connect(Use use) throws SQLException {
        Connection connection = connectAs(Self.current().toString());
        try (Statement statement = connection.createStatement()) {
            if (use == Use.READ) {
                statement.execute("SET default_transaction_isolation = 'repeatable read';"
                        + " SET default_transaction_read_only = on");
            }
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** A connection by a name that others see, committing by itself. */
    Connection connectAs(String name) throws SQLException {
        try {
            Connection connection = DriverManager.getConnection(settings.url(), properties(name));
            try (Statement statement = connection.createStatement()) {
                // The server undoes what a lost machine left half done, and frees its locks, within about half a
                // minute.
                statement.execute("SET lock_timeout = " + patience().toMillis()
                        + "; SET idle_in_transaction_session_timeout = " + SILENCE_MAX.toMillis()
                        + "; SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3; "
                        + DURABLE);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
            return connection;
        } catch (SQLException e) {
            if (DATABASE_UNKNOWN.equals(e.getSQLState())) {
                throw new KeymgrException(
                        ErrorCode.STORE_UNAVAILABLE,
                        "the server has no database for the store " + place()
                                + "; nothing was written; create it on the server (createdb), then run: keymgr init",
                        e);
            }
            throw e;
        }
    }

    private Properties properties(String name) {
        Properties properties = new Properties();
        properties.setProperty("user", settings.user());
        properties.setProperty("ApplicationName", name);
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty(
                "socketTimeout", Long.toString(patience().plus(SILENCE_MAX).toSeconds()));
        properties.setProperty("tcpKeepAlive", "true");
        // Many rows of a batch in one statement.
        properties.setProperty("reWriteBatchedInserts", "true");
        char[] password = settings.password().get();
        if (password.length > 0) {
            // The driver takes a String only; it lives until the garbage collector comes by.
            properties.setProperty("password", new String(password));
        }
        Arrays.fill(password, '\0');
        return properties;
    }

    @Override
    public void begin(Connection connection, Use use) throws SQLException {
        // The driver begins one with the first statement, not before.
        connection.setAutoCommit(false);
    }

    @Override
    public void commit(Connection connection) throws SQLException {
        connection.commit();
    }

    @Override
    public void rollback(Connection connection) throws SQLException {
        connection.rollback();
    }

    @Override
    public String place() {
        int parameters = settings.url().indexOf('?');
        return parameters < 0 ? settings.url() : settings.url().substring(0, parameters);
    }

    @Override
    public String migrations() {
        return "dev/keymgr/store/postgresql";
    }

    @Override
    public String isInitializedQuery() {
        return "SELECT CASE WHEN to_regclass('" + Schema.HISTORY + "') IS NULL THEN 0 ELSE 1 END";
    }

    @Override
    public String headQuery() {
        return "SELECT sequence, hash FROM audit_head WHERE id = 1 FOR UPDATE";
    }

    @Override
    public Trouble troubleOf(SQLException failure) {
        String state = state(failure);
        return switch (state) {
            case "40001", "40P01" -> Trouble.RACE;
            case "55P03" -> Trouble.BUSY;
            case "25006", "42501" -> Trouble.READ_ONLY;
            case "53100" -> Trouble.FULL;
            case "XX001", "XX002" -> Trouble.CORRUPT;
            case "08001", "08004", "57P03" -> Trouble.UNREACHABLE;
            case "57P01", "57P02", "25P03" -> Trouble.LOST;
            default ->
                switch (state.substring(0, 2)) {
                    case "08" -> Trouble.LOST;
                    case "28" -> Trouble.LOGIN;
                    case "23" -> Trouble.REFUSED;
                    default -> Trouble.OTHER;
                };
        };
    }

    /** The answer to a commit was lost, so the commit itself may have come through. */
    @Override
    public boolean leavesCommitOpen(SQLException failure) {
        return troubleOf(failure) == Trouble.LOST || "40003".equals(state(failure));
    }

    /** Never shorter than a class, two characters. */
    private static String state(SQLException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && sql.getSQLState() != null
                    && sql.getSQLState().length() > 2) {
                return sql.getSQLState();
            }
        }
        return "HY000";
    }

    @Override
    public Duration patience() {
        return settings.patience();
    }

    @Override
    public ScopeLocks locks() {
        return new AdvisoryScopeLocks(this);
    }

    /**
     * Under a session lock of our own, which the server frees when that session ends: the migrator's own lock comes only
     * after it has made its history, and of two that find none both would make one.
     */
    @Override
    public void alone(Runnable migration) {
        try (Connection connection = connectAs(Self.current() + ", migration")) {
            long began = System.nanoTime();
            while (!tryMigrationLock(connection)) {
                if (!ScopeLocks.pause(began, MIGRATION_PATIENCE)) {
                    throw new KeymgrException(
                            ErrorCode.STORE_UNAVAILABLE,
                            "the store " + place() + " is being prepared by another process; nothing was written;"
                                    + " wait for it to finish and run the command again");
                }
            }
            migration.run();
        } catch (SQLException e) {
            throw new Failures(this).explain("prepare the tables", e);
        }
    }

    private static boolean tryMigrationLock(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_try_advisory_lock(" + MIGRATION_LOCK + ")")) {
            return rows.next() && rows.getBoolean(1);
        }
    }
}
