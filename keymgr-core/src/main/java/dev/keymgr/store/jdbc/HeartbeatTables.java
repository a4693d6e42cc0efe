package dev.keymgr.store.jdbc;

import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.inventory.Heartbeat.Role;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Heartbeats and the lease as rows, inside the caller's transaction. */
final class HeartbeatTables {
    private final Connection connection;

    HeartbeatTables(Connection connection) {
        this.connection = connection;
    }

    List<Heartbeat> list() throws SQLException {
        String query = "SELECT daemon, started_at, beat_at, allowance, role FROM heartbeat ORDER BY daemon";
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            List<Heartbeat> found = new ArrayList<>();
            Row row = new Row(rows);
            while (row.next()) {
                found.add(new Heartbeat(
                        row.text(), row.instant(), row.instant(), row.duration(), Role.valueOf(row.text())));
            }
            return found;
        }
    }

    void put(Heartbeat beat) throws SQLException {
        String upsert = "INSERT INTO heartbeat (daemon, started_at, beat_at, allowance, role) VALUES (?, ?, ?, ?, ?)"
                + " ON CONFLICT (daemon) DO UPDATE SET started_at = excluded.started_at, beat_at = excluded.beat_at,"
                + " allowance = excluded.allowance, role = excluded.role";
        try (PreparedStatement statement = connection.prepareStatement(upsert)) {
            new Cells(statement)
                    .text(beat.daemon())
                    .instant(beat.startedAt())
                    .instant(beat.beatAt())
                    .duration(beat.allowance())
                    .text(beat.role());
            statement.executeUpdate();
        }
    }

    void delete(String daemon) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM heartbeat WHERE daemon = ?")) {
            new Cells(statement).text(daemon);
            statement.executeUpdate();
        }
    }

    /**
     * One statement decides, so that of two that ask at once one gets it. A lease taken more than a term in the future is of
     * a clock that was wrong, and would otherwise outlive its dead holder by as much as that clock was ahead.
     */
    boolean lease(String holder, Instant now, Duration term) throws SQLException {
        String take = "INSERT INTO lease (id, holder, taken_at, held_until) VALUES (1, ?, ?, ?)"
                + " ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, taken_at = excluded.taken_at,"
                + " held_until = excluded.held_until"
                + " WHERE lease.holder = excluded.holder OR lease.held_until <= excluded.taken_at"
                + " OR lease.taken_at > excluded.held_until";
        try (PreparedStatement statement = connection.prepareStatement(take)) {
            new Cells(statement)
                    .text(holder)
                    .number(now.toEpochMilli())
                    .number(now.plus(term).toEpochMilli());
            return statement.executeUpdate() == 1;
        }
    }

    void release(String holder) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM lease WHERE holder = ?")) {
            new Cells(statement).text(holder);
            statement.executeUpdate();
        }
    }
}
