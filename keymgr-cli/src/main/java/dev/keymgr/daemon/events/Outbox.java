package dev.keymgr.daemon.events;

import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.audit.SecurityEvents.Party;
import dev.keymgr.audit.SecurityEvents.Sent;
import dev.keymgr.authority.DocumentSigner;
import dev.keymgr.daemon.notify.ReadyTimes;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/** The tokens of one party: signed once, kept, and then always the same. Safe for many threads. */
final class Outbox {
    private final Party to;
    private final String issuer;
    private final SecurityEvents events;
    private final DocumentSigner signer;
    private final ReadyTimes readyTimes;
    private final Clock clock;

    Outbox(Party to, String issuer, SecurityEvents events, DocumentSigner signer, ReadyTimes readyTimes, Clock clock) {
        this.to = to;
        this.issuer = issuer;
        this.events = events;
        this.signer = signer;
        this.readyTimes = readyTimes;
        this.clock = clock;
    }

    Party to() {
        return to;
    }

    /** Under which its mark in the record is kept. */
    String name() {
        return nameOf(to);
    }

    static String nameOf(Party party) {
        return "party:" + party;
    }

    boolean wants(AuditRecord record) {
        return owed(record, to).isPresent();
    }

    /** What a party is told of a record, if anything: of its own scope alone. */
    static Optional<EventKind> owed(AuditRecord record, Party party) {
        return record.event().scope().equals(party.scope()) && record.event().kid() != null
                ? EventKind.of(record.event().action())
                : Optional.empty();
    }

    /**
     * The token of a record that the party wants.
     *
     * @throws dev.keymgr.key.KeymgrException when no authority could sign, or the store not be used; nothing was kept
     */
    Sent require(AuditRecord record) {
        Optional<Sent> kept = events.find(to, record.sequence());
        if (kept.isPresent()) {
            return kept.get();
        }
        Instant now = now();
        EventKind kind = owed(record, to).orElseThrow();
        SecurityEventToken token = new SecurityEventToken(record, kind, to, issuer);
        String signed = signer.sign(to.scope(), SecurityEventToken.TYPE, token.claims(readyTimes, now));
        // A crash before this line: it is signed once more, under the same jti. Another daemon that does the same: the
        // first
        // of the two is kept, and both send that one.
        events.keep(new Sent(
                to,
                token.jti(),
                record.sequence(),
                token.kid(),
                kind.id(),
                signed,
                record.event().at(),
                now,
                null,
                null));
        return events.find(to, record.sequence()).orElseThrow();
    }

    void acknowledged(Sent sent, String actor) {
        events.acknowledge(to, List.of(sent.jti()), now(), actor);
    }

    void refused(Sent sent, String reason, String actor) {
        events.refuse(to, sent.jti(), reason, now(), actor);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
