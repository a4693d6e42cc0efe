package dev.keymgr.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Fills the parameters of a statement one after the other. Instants and durations go as ISO-8601 text, to the nanosecond. */
final class Cells {
    private final PreparedStatement statement;
    private int filled;

    Cells(PreparedStatement statement) {
        this.statement = statement;
    }

    Cells text(@Nullable Object value) throws SQLException {
        filled++;
        if (value == null) {
            statement.setNull(filled, Types.VARCHAR);
        } else {
            statement.setString(filled, value.toString());
        }
        return this;
    }

    Cells instant(@Nullable Instant value) throws SQLException {
        return text(value);
    }

    Cells duration(@Nullable Duration value) throws SQLException {
        return text(value);
    }

    Cells number(long value) throws SQLException {
        statement.setLong(++filled, value);
        return this;
    }

    /** Ends a row of a batch; the next parameter is the first again. */
    void addBatch() throws SQLException {
        statement.addBatch();
        filled = 0;
    }
}
