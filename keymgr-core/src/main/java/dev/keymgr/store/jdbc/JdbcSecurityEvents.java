package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.key.Kid;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What relying parties were sent, over the two connections of a store. Safe for many threads. */
final class JdbcSecurityEvents implements SecurityEvents {
    private static final int LIMIT_MAX = 1_000;

    private final Transactions transactions;

    JdbcSecurityEvents(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public void keep(Sent sent) {
        transactions.write("keep a security event", connection -> {
            new SecurityEventTable(connection).insert(sent);
            return true;
        });
    }

    @Override
    public Optional<Sent> find(Party party, long sequence) {
        return transactions.read(
                "read a security event", connection -> new SecurityEventTable(connection).find(party, sequence));
    }

    @Override
    public int acknowledge(Party party, Collection<String> jtis, Instant at, String actor) {
        if (jtis.isEmpty()) {
            return 0;
        }
        return transactions.write("record an acknowledgement", connection -> {
            SecurityEventTable table = new SecurityEventTable(connection);
            List<AuditEvent> events = new ArrayList<>();
            for (String jti : jtis) {
                if (table.acknowledge(party, jti, at)) {
                    Sent sent = table.find(party, jti).orElseThrow();
                    events.add(event(AuditAction.EVENT_ACKNOWLEDGED, sent, at, actor, Map.of()));
                }
            }
            append(connection, events);
            return events.size();
        });
    }

    @Override
    public void refuse(Party party, String jti, String reason, Instant at, String actor) {
        transactions.write("record a refusal", connection -> {
            SecurityEventTable table = new SecurityEventTable(connection);
            if (table.refuse(party, jti, reason)) {
                Sent sent = table.find(party, jti).orElseThrow();
                append(
                        connection,
                        List.of(event(AuditAction.EVENT_REFUSED, sent, at, actor, Map.of("reason", reason))));
            }
            return true;
        });
    }

    private static AuditEvent event(
            AuditAction action, Sent sent, Instant at, String actor, Map<String, String> further) {
        Map<String, String> details = new TreeMap<>(further);
        details.put("party", sent.to().name());
        details.put(SecurityEvents.EVENT, sent.type());
        details.put("jti", sent.jti());
        return AuditEvent.of(at, actor, action, sent.to().scope(), sent.kid(), details);
    }

    /** Nothing to append: nobody waits for the end of the chain. */
    private void append(Connection connection, List<AuditEvent> events) throws SQLException {
        if (!events.isEmpty()) {
            AuditTable audit = new AuditTable(connection);
            audit.append(audit.head(transactions.headQuery()), events);
        }
    }

    @Override
    public List<Sent> offered(Party party, int limit) {
        requireLimit(limit);
        return transactions.read(
                "read security events", connection -> new SecurityEventTable(connection).offered(party, limit));
    }

    @Override
    public List<Sent> outstanding(Party party, int limit) {
        requireLimit(limit);
        return transactions.read(
                "read security events", connection -> new SecurityEventTable(connection).outstanding(party, limit));
    }

    @Override
    public List<Sent> about(Kid kid) {
        return transactions.read("read security events", connection -> new SecurityEventTable(connection).about(kid));
    }

    @Override
    public Optional<Instant> lastAcknowledged(Party party) {
        return transactions.read(
                "read security events", connection -> new SecurityEventTable(connection).lastAcknowledged(party));
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException("a limit of " + limit + " is not within 1 to " + LIMIT_MAX);
        }
    }
}
