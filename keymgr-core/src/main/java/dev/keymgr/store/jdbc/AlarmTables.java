package dev.keymgr.store.jdbc;

import dev.keymgr.audit.Alarm;
import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.Deliveries.Mark;
import dev.keymgr.key.ScopeName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Open alarms and the marks of receivers as rows, inside the caller's transaction. */
final class AlarmTables {
    private final Connection connection;

    AlarmTables(Connection connection) {
        this.connection = connection;
    }

    List<Alarm> open() throws SQLException {
        String query = "SELECT scope, code, critical, message, raised_at FROM alarm ORDER BY scope, code";
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            List<Alarm> found = new ArrayList<>();
            Row row = new Row(rows);
            while (row.next()) {
                found.add(
                        new Alarm(new ScopeName(row.text()), row.text(), row.number() == 1, row.text(), row.instant()));
            }
            return found;
        }
    }

    /** The events of what did change. */
    List<AuditEvent> change(List<Alarm> raised, List<Alarm> cleared, String actor, Instant at) throws SQLException {
        List<AuditEvent> events = new ArrayList<>();
        for (Alarm alarm : cleared) {
            if (delete(alarm)) {
                events.add(event(AuditAction.ALARM_CLEARED, alarm, actor, at));
            }
        }
        for (Alarm alarm : raised) {
            if (insert(alarm)) {
                events.add(event(AuditAction.ALARM_RAISED, alarm, actor, at));
            }
        }
        return events;
    }

    private static AuditEvent event(AuditAction action, Alarm alarm, String actor, Instant at) {
        Map<String, String> details = Map.of(
                "code", alarm.code(),
                "severity", alarm.critical() ? "CRITICAL" : "WARNING",
                "message", alarm.message());
        return AuditEvent.of(at, actor, action, alarm.scope(), null, details);
    }

    /** Whether it is new, or graver than before. */
    private boolean insert(Alarm alarm) throws SQLException {
        String insert = "INSERT INTO alarm (scope, code, critical, message, raised_at) VALUES (?, ?, ?, ?, ?)"
                + " ON CONFLICT (scope, code) DO UPDATE SET critical = excluded.critical, message = excluded.message"
                + " WHERE alarm.critical = 0 AND excluded.critical = 1";
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            new Cells(statement)
                    .text(alarm.scope())
                    .text(alarm.code())
                    .number(alarm.critical() ? 1 : 0)
                    .text(alarm.message())
                    .instant(alarm.raisedAt());
            return statement.executeUpdate() == 1;
        }
    }

    private boolean delete(Alarm alarm) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM alarm WHERE scope = ? AND code = ?")) {
            new Cells(statement).text(alarm.scope()).text(alarm.code());
            return statement.executeUpdate() == 1;
        }
    }

    Optional<Mark> mark(String receiver) throws SQLException {
        String query = "SELECT receiver, sequence, attempts, next_attempt_at FROM delivery WHERE receiver = ?";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            new Cells(statement).text(receiver);
            try (ResultSet rows = statement.executeQuery()) {
                Row row = new Row(rows);
                return row.next()
                        ? Optional.of(new Mark(row.text(), row.number(), (int) row.number(), row.instant()))
                        : Optional.empty();
            }
        }
    }

    void put(Mark mark) throws SQLException {
        String upsert = "INSERT INTO delivery (receiver, sequence, attempts, next_attempt_at) VALUES (?, ?, ?, ?)"
                + " ON CONFLICT (receiver) DO UPDATE SET sequence = excluded.sequence, attempts = excluded.attempts,"
                + " next_attempt_at = excluded.next_attempt_at";
        try (PreparedStatement statement = connection.prepareStatement(upsert)) {
            new Cells(statement)
                    .text(mark.receiver())
                    .number(mark.sequence())
                    .number(mark.attempts())
                    .instant(mark.nextAttemptAt());
            statement.executeUpdate();
        }
    }
}
