package dev.keymgr.store.jdbc;

import dev.keymgr.audit.SecurityEvents.Party;
import dev.keymgr.audit.SecurityEvents.Sent;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What relying parties were sent, as rows, inside the caller's transaction. */
final class SecurityEventTable {
    private static final String COLUMNS =
            "scope, party, jti, sequence, kid, type, token, happened_at, sent_at, acknowledged_at, refusal";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM security_event WHERE ";
    private static final String OF_PARTY = "scope = ? AND party = ? AND ";

    /** What follows WHERE, and the parameters behind the party. */
    private interface Parameters {
        void fill(Cells cells) throws SQLException;
    }

    private final Connection connection;

    SecurityEventTable(Connection connection) {
        this.connection = connection;
    }

    void insert(Sent sent) throws SQLException {
        String insert = "INSERT INTO security_event (" + COLUMNS + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                + " ON CONFLICT (scope, party, sequence) DO NOTHING";
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            party(new Cells(statement), sent.to())
                    .text(sent.jti())
                    .number(sent.sequence())
                    .text(sent.kid())
                    .text(sent.type())
                    .text(sent.token())
                    .instant(sent.happenedAt())
                    .instant(sent.sentAt())
                    .instant(sent.acknowledgedAt())
                    .text(sent.refusal());
            statement.executeUpdate();
        }
    }

    Optional<Sent> find(Party party, long sequence) throws SQLException {
        return list(OF_PARTY + "sequence = ?", cells -> party(cells, party).number(sequence)).stream()
                .findFirst();
    }

    Optional<Sent> find(Party party, String jti) throws SQLException {
        return list(OF_PARTY + "jti = ?", cells -> party(cells, party).text(jti)).stream()
                .findFirst();
    }

    List<Sent> offered(Party party, int limit) throws SQLException {
        return list(
                OF_PARTY + "acknowledged_at IS NULL AND refusal IS NULL ORDER BY sequence LIMIT ?",
                cells -> party(cells, party).number(limit));
    }

    List<Sent> outstanding(Party party, int limit) throws SQLException {
        return list(
                OF_PARTY + "acknowledged_at IS NULL ORDER BY sequence LIMIT ?",
                cells -> party(cells, party).number(limit));
    }

    List<Sent> about(Kid kid) throws SQLException {
        return list("kid = ? ORDER BY sequence, party", cells -> cells.text(kid));
    }

    /** The instants are text, and of different length: it takes all of them to find the latest. */
    Optional<Instant> lastAcknowledged(Party party) throws SQLException {
        String query = "SELECT acknowledged_at FROM security_event WHERE " + OF_PARTY
                + "acknowledged_at IS NOT NULL ORDER BY sequence DESC LIMIT 100";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            party(new Cells(statement), party);
            try (ResultSet rows = statement.executeQuery()) {
                Row row = new Row(rows);
                Optional<Instant> latest = Optional.empty();
                while (row.next()) {
                    Instant at = row.instant();
                    latest = latest.filter(known -> known.isAfter(at)).or(() -> Optional.of(at));
                }
                return latest;
            }
        }
    }

    /** Whether it was not acknowledged before. The token goes: it has served. */
    boolean acknowledge(Party party, String jti, Instant at) throws SQLException {
        String update = "UPDATE security_event SET acknowledged_at = ?, token = '' WHERE " + OF_PARTY
                + "jti = ? AND acknowledged_at IS NULL";
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            party(new Cells(statement).instant(at), party).text(jti);
            return statement.executeUpdate() == 1;
        }
    }

    /** Whether it was offered until now. */
    boolean refuse(Party party, String jti, String reason) throws SQLException {
        String update = "UPDATE security_event SET refusal = ? WHERE " + OF_PARTY
                + "jti = ? AND acknowledged_at IS NULL AND refusal IS NULL";
        try (PreparedStatement statement = connection.prepareStatement(update)) {
            party(new Cells(statement).text(reason), party).text(jti);
            return statement.executeUpdate() == 1;
        }
    }

    private static Cells party(Cells cells, Party party) throws SQLException {
        return cells.text(party.scope()).text(party.name());
    }

    private List<Sent> list(String where, Parameters parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SELECT + where)) {
            parameters.fill(new Cells(statement));
            try (ResultSet rows = statement.executeQuery()) {
                List<Sent> found = new ArrayList<>();
                Row row = new Row(rows);
                while (row.next()) {
                    found.add(new Sent(
                            new Party(new ScopeName(row.text()), row.text()),
                            row.text(),
                            row.number(),
                            new Kid(row.text()),
                            row.text(),
                            row.text(),
                            row.instant(),
                            row.instant(),
                            row.instantOrNull(),
                            row.textOrNull()));
                }
                return found;
            }
        }
    }
}
