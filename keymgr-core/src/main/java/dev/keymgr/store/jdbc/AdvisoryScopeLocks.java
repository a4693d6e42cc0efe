package dev.keymgr.store.jdbc;

import dev.keymgr.inventory.ScopeLock;
import dev.keymgr.key.ScopeName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Session locks in the server, each on a connection of its own: the server frees one when that connection ends, however it
 * ends. A restart of the server frees them all; a holder finds that out at its next write, which compares generations.
 */
final class AdvisoryScopeLocks implements ScopeLocks {
    /** Sets these locks apart from those of other programs in the same database: "kmgr". */
    private static final int CLASS = 0x6b6d6772;

    private final PostgresDialect dialect;

    AdvisoryScopeLocks(PostgresDialect dialect) {
        this.dialect = dialect;
    }

    @Override
    public ScopeLock lock(ScopeName scope, Duration patience) {
        try {
            Connection connection = dialect.connectAs(Self.current() + ", " + scope);
            try {
                long began = System.nanoTime();
                while (!tryLock(connection, scope)) {
                    if (!ScopeLocks.pause(began, patience)) {
                        throw ScopeLocks.busy(scope, holder(connection, scope));
                    }
                }
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
            return () -> release(scope, connection);
        } catch (SQLException e) {
            throw new Failures(dialect).explain("lock scope " + scope, e);
        }
    }

    private void release(ScopeName scope, Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new Failures(dialect).explain("give back the lock of scope " + scope, e);
        }
    }

    private static boolean tryLock(Connection connection, ScopeName scope) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_try_advisory_lock(?, ?)")) {
            statement.setInt(1, CLASS);
            statement.setInt(2, number(scope));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private static String holder(Connection connection, ScopeName scope) throws SQLException {
        String query = "SELECT a.application_name, a.backend_start FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                + " WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2"
                + " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
                + " AND l.classid = ? AND l.objid = ?";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setLong(1, Integer.toUnsignedLong(CLASS));
            statement.setLong(2, Integer.toUnsignedLong(number(scope)));
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getString(1) != null
                        ? rows.getString(1) + " since " + rows.getString(2)
                        : "a session that the server does not name";
            }
        }
    }

    /** Two scopes that hash alike would wait for each other: no harm but the wait. */
    private static int number(ScopeName scope) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(scope.value().getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getInt();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
