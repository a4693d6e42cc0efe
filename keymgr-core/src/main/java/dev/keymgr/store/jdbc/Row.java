package dev.keymgr.store.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads the columns of a result one after the other. */
final class Row {
    private final ResultSet rows;
    /** Few distinct ones stand in many rows, and parsing is slow. */
    private final Map<String, Duration> durations = new HashMap<>();

    private int read;

    Row(ResultSet rows) {
        this.rows = rows;
    }

    boolean next() throws SQLException {
        read = 0;
        return rows.next();
    }

    @Nullable
    String textOrNull() throws SQLException {
        return rows.getString(++read);
    }

    String text() throws SQLException {
        String text = textOrNull();
        if (text == null) {
            throw new IllegalArgumentException(
                    "nothing in column " + rows.getMetaData().getColumnName(read));
        }
        return text;
    }

    long number() throws SQLException {
        return rows.getLong(++read);
    }

    @Nullable
    Instant instantOrNull() throws SQLException {
        String text = textOrNull();
        return text == null ? null : parsed(text, Instant::parse);
    }

    Instant instant() throws SQLException {
        return parsed(text(), Instant::parse);
    }

    @Nullable
    Duration durationOrNull() throws SQLException {
        String text = textOrNull();
        return text == null ? null : parsed(text, this::known);
    }

    Duration duration() throws SQLException {
        return parsed(text(), this::known);
    }

    private Duration known(String text) {
        return durations.computeIfAbsent(text, Duration::parse);
    }

    private <T> T parsed(String text, Function<String, T> parse) throws SQLException {
        try {
            return parse.apply(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' in column " + rows.getMetaData().getColumnName(read), e);
        }
    }
}
