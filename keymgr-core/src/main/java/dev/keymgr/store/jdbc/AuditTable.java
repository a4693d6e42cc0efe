package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditChain;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.CanonicalJson;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The chained record as rows, inside the caller's transaction. */
final class AuditTable {
    private static final String COLUMNS =
            "sequence, happened_at, actor, action, scope, kid, details, previous_hash, hash";

    private static final Map<String, AuditAction> ACTIONS = Arrays.stream(AuditAction.values())
            .collect(Collectors.toUnmodifiableMap(AuditAction::id, action -> action));

    private final Connection connection;

    AuditTable(Connection connection) {
        this.connection = connection;
    }

    /** Reads the end of the chain, by a query that may also keep others from it. */
    AuditChain.Head head(String query) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query);
                ResultSet rows = statement.executeQuery()) {
            if (!rows.next()) {
                throw new IllegalArgumentException("no end of the audit chain");
            }
            return new AuditChain.Head(rows.getLong(1), rows.getString(2));
        }
    }

    /** Appends to the end, which other writers cannot touch until the transaction is over. */
    void append(AuditChain.Head head, List<AuditEvent> events) throws SQLException {
        if (events.isEmpty()) {
            return;
        }
        AuditChain.Head end = head;
        String insert = "INSERT INTO audit_record (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            for (AuditEvent event : events) {
                AuditRecord record = AuditChain.next(end, event);
                fill(new Cells(statement), record);
                end = AuditChain.Head.of(record);
            }
            statement.executeBatch();
        }
        String move = "UPDATE audit_head SET sequence = ?, hash = ? WHERE id = 1";
        try (PreparedStatement statement = connection.prepareStatement(move)) {
            new Cells(statement).number(end.sequence()).text(end.hash());
            statement.executeUpdate();
        }
    }

    private static void fill(Cells cells, AuditRecord record) throws SQLException {
        AuditEvent event = record.event();
        cells.number(record.sequence())
                .instant(event.at())
                .text(event.actor())
                .text(event.action().id())
                .text(event.scope())
                .text(event.kid())
                .text(CanonicalJson.object(event.details()))
                .text(record.previousHash())
                .text(record.hash())
                .addBatch();
    }

    List<AuditRecord> after(long sequence, int limit) throws SQLException {
        return list(" WHERE sequence > ? ORDER BY sequence LIMIT ?", sequence, limit);
    }

    List<AuditRecord> latest(int limit) throws SQLException {
        return list(" WHERE sequence > (SELECT sequence FROM audit_head WHERE id = 1) - ? ORDER BY sequence", limit);
    }

    List<AuditRecord> about(Kid kid) throws SQLException {
        return list(" WHERE kid = ? ORDER BY sequence", kid.value());
    }

    private List<AuditRecord> list(String condition, Object... parameters) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT " + COLUMNS + " FROM audit_record" + condition)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (ResultSet rows = statement.executeQuery()) {
                Row row = new Row(rows);
                List<AuditRecord> found = new ArrayList<>();
                while (row.next()) {
                    found.add(read(row));
                }
                return found;
            }
        }
    }

    private static AuditRecord read(Row row) throws SQLException {
        long sequence = row.number();
        Instant at = row.instant();
        String actor = row.text();
        String actionId = row.text();
        AuditAction action = ACTIONS.get(actionId);
        if (action == null) {
            throw new IllegalArgumentException("record " + sequence + " with the unknown action " + actionId);
        }
        ScopeName scope = new ScopeName(row.text());
        String kid = row.textOrNull();
        AuditEvent event = new AuditEvent(
                at, actor, action, scope, kid == null ? null : new Kid(kid), CanonicalJson.parseObject(row.text()));
        return new AuditRecord(sequence, event, row.text(), row.text());
    }
}
