package dev.keymgr.daemon.events;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.Deliveries;
import dev.keymgr.audit.Deliveries.Mark;
import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.audit.SecurityEvents.Party;
import dev.keymgr.audit.SecurityEvents.Sent;
import dev.keymgr.config.RelyingParty;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.Kid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who was told what, and who has acknowledged it. Reads afresh at each question; safe for many threads. */
public final class Acknowledgements {
    /** So many records behind a mark, and events outstanding, are looked at; more than that is as bad. */
    private static final int LOOK_MAX = 500;

    private final AuditLog audit;
    private final Deliveries deliveries;
    private final SecurityEvents events;

    public Acknowledgements(AuditLog audit, Deliveries deliveries, SecurityEvents events) {
        this.audit = audit;
        this.deliveries = deliveries;
        this.events = events;
    }

    /**
     * An event that a party has not acknowledged, sent or not.
     *
     * @param since when it happened
     * @param refusal why the party will not take it; null while it may
     */
    public record Outstanding(
            long sequence,
            Kid kid,
            String type,
            Instant since,
            @Nullable String refusal) {
        /** Whether a party that does not know of it trusts what it should not. */
        public boolean isUrgent() {
            return type.equals(EventKind.KEY_REVOKED.id()) || type.equals(EventKind.KEY_SUSPENDED.id());
        }
    }

    /** How a party stands to one revocation. */
    public enum Standing {
        /** It said so. */
        ACKNOWLEDGED,
        /** It has not said so. */
        OUTSTANDING,
        /** It was registered later, and is not told of the past. */
        REGISTERED_LATER,
        /** It is told of no events: nobody can say. */
        NOT_TOLD
    }

    /**
     * One party and one revocation.
     *
     * @param at of the acknowledgement; else since when it is outstanding, which is the revocation
     * @param refusal why the party will not take it; null while it may
     */
    public record Confirmation(
            RelyingParty party,
            Standing standing,
            Instant at,
            @Nullable String refusal) {}

    /** What a party has not acknowledged, the oldest first; at most 500 that were sent and 500 that were not. */
    public List<Outstanding> outstanding(Party party) {
        List<Outstanding> found = new ArrayList<>();
        for (Sent sent : events.outstanding(party, LOOK_MAX)) {
            found.add(new Outstanding(sent.sequence(), sent.kid(), sent.type(), sent.happenedAt(), sent.refusal()));
        }
        Set<Long> sent = found.stream().map(Outstanding::sequence).collect(Collectors.toSet());
        Optional<Mark> mark = deliveries.find(Outbox.nameOf(party));
        if (mark.isPresent()) {
            // What waits behind one that could not be delivered, or not be signed.
            for (AuditRecord record : audit.read(mark.get().sequence(), LOOK_MAX)) {
                Outbox.owed(record, party)
                        .filter(kind -> !sent.contains(record.sequence()) && !isAcknowledged(party, record))
                        .ifPresent(kind -> found.add(waiting(record, kind)));
            }
        }
        return found;
    }

    /** The mark follows the acknowledgement; in between it is known already. */
    private boolean isAcknowledged(Party party, AuditRecord record) {
        return events.find(party, record.sequence()).flatMap(Sent::acknowledged).isPresent();
    }

    private static Outstanding waiting(AuditRecord record, EventKind kind) {
        return new Outstanding(
                record.sequence(),
                Objects.requireNonNull(record.event().kid()),
                kind.id(),
                record.event().at(),
                null);
    }

    /** When a party acknowledged anything for the last time. */
    public Optional<Instant> last(Party party) {
        return events.lastAcknowledged(party);
    }

    /**
     * Who has acknowledged that a key is revoked, one row for each party of its scope as it is configured now; none while
     * the key is not revoked.
     */
    public List<Confirmation> revocation(ScopeConfig scope, Kid kid) {
        Optional<AuditRecord> revoked = audit.about(kid).stream()
                .filter(record -> record.event().action() == AuditAction.KEY_REVOKED)
                .filter(record -> record.event().scope().equals(scope.scope().name()))
                .findFirst();
        return revoked.map(record -> scope.relyingParties().stream()
                        .map(party -> confirmation(scope, party, record))
                        .toList())
                .orElse(List.of());
    }

    private Confirmation confirmation(ScopeConfig scope, RelyingParty party, AuditRecord revoked) {
        Instant revokedAt = revoked.event().at();
        if (party.events() == null) {
            return new Confirmation(party, Standing.NOT_TOLD, revokedAt, null);
        }
        Party to = new Party(scope.scope().name(), party.name());
        Optional<Sent> sent = events.find(to, revoked.sequence());
        if (sent.isEmpty()) {
            boolean passed = deliveries
                    .find(Outbox.nameOf(to))
                    .filter(mark -> mark.sequence() >= revoked.sequence())
                    .isPresent();
            return new Confirmation(party, passed ? Standing.REGISTERED_LATER : Standing.OUTSTANDING, revokedAt, null);
        }
        return sent.get()
                .acknowledged()
                .map(at -> new Confirmation(party, Standing.ACKNOWLEDGED, at, null))
                .orElseGet(() -> new Confirmation(
                        party, Standing.OUTSTANDING, revokedAt, sent.get().refusal()));
    }
}
