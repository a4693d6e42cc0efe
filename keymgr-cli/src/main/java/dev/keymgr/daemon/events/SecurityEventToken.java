package dev.keymgr.daemon.events;

import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.SecurityEvents.Party;
import dev.keymgr.daemon.notify.CloudEvents;
import dev.keymgr.daemon.notify.ReadyTimes;
import dev.keymgr.key.Kid;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * What a security event token says, before it is signed. Pure but for the arithmetic of {@link ReadyTimes}.
 *
 * @param issuer of the scope
 * @standard RFC 8417 s. 2.2
 */
record SecurityEventToken(AuditRecord record, EventKind kind, Party to, String issuer) {
    /** The value of {@code typ}, by which no verifier of access tokens takes it for one. */
    static final String TYPE = "secevent+jwt";

    /** The same at every attempt and from every daemon, and no other party's. */
    String jti() {
        return CloudEvents.id(record) + "-" + to.name();
    }

    Kid kid() {
        return Objects.requireNonNull(record.event().kid());
    }

    Map<String, Object> claims(ReadyTimes readyTimes, Instant now) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", issuer);
        claims.put("aud", to.name());
        claims.put("iat", now.getEpochSecond());
        claims.put("jti", jti());
        claims.put("txn", Long.toString(record.sequence()));
        claims.put("toe", record.event().at().getEpochSecond());
        claims.put("events", Map.of(kind.urn(), event(readyTimes)));
        return claims;
    }

    /** The operator's own words stay in the house: they may name people. */
    private Map<String, Object> event(ReadyTimes readyTimes) {
        AuditEvent happened = record.event();
        Map<String, Object> event = new LinkedHashMap<>();
        event.put("kid", kid().value());
        event.put(kind.moment(), happened.at().getEpochSecond());
        if (kind == EventKind.KEY_PUBLISHED) {
            readyTimes.readyAt(happened.scope(), kid()).ifPresent(at -> event.put("ready_at", at.getEpochSecond()));
        }
        if (kind == EventKind.KEY_REVOKED) {
            String from = happened.details().get("invalid-from");
            if (from != null) {
                event.put("invalid_from", Instant.parse(from).getEpochSecond());
            }
            event.put("reason", "compromised");
        }
        return event;
    }
}
