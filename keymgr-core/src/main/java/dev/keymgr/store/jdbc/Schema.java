package dev.keymgr.store.jdbc;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** The shape of the tables. Ordinary commands only compare its number: the migrator would cost them most of a second. */
final class Schema {
    /** Number of the newest migration. */
    static final int VERSION = 7;

    /** No tables at all. */
    static final int NONE = -1;

    static final String HISTORY = "keymgr_schema_history";

    private Schema() {}

    /** Refuses a store of another shape, and one that has none yet. Asked outside of any transaction. */
    static void requireCurrent(Dialect dialect, Connection connection) throws SQLException {
        int found = version(dialect, connection);
        if (found == NONE) {
            throw new KeymgrException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "the store " + dialect.place() + " has no tables of keymgr; nothing was written; create them with:"
                            + " keymgr init");
        }
        if (found < VERSION) {
            throw new KeymgrException(
                    ErrorCode.STORE_SCHEMA,
                    "the store " + dialect.place() + " has schema " + found + ", this keymgr needs " + VERSION
                            + "; nothing was written; bring it up with: keymgr init");
        }
        requireNotNewer(dialect, found);
    }

    static void requireNotNewer(Dialect dialect, int found) {
        if (found > VERSION) {
            throw new KeymgrException(
                    ErrorCode.STORE_SCHEMA,
                    "the store " + dialect.place() + " has schema " + found
                            + ", made by a newer keymgr; this one knows " + VERSION
                            + "; nothing was written; upgrade this keymgr");
        }
    }

    /** {@link #NONE} where there are no tables of ours. */
    static int version(Dialect dialect, Connection connection) throws SQLException {
        if (number(connection, dialect.isInitializedQuery()) == 0) {
            return NONE;
        }
        return number(
                connection,
                "SELECT coalesce(max(CAST(version AS INTEGER)), 0) FROM " + HISTORY + " WHERE version IS NOT NULL");
    }

    private static int number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getInt(1) : 0;
        }
    }
}
