package dev.keymgr.audit;

import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What relying parties said of a revoked key: that they trust it no more. Who acknowledged the security event of its
 * revocation has said so too. Kept in the audit record alone. Safe for many threads; two processes that hear the same at once may record it twice, and the first counts.
 */
public final class Confirmations {
    private static final String PARTY = "party";
    private static final String BY = "by";

    /** The misuse that belies a confirmation, as its record spells it. */
    private static final String STILL_TRUSTED = "still-trusted";

    private final AuditLog audit;
    private final Clock clock;
    private final String actor;

    /** @param actor who records, for the audit */
    public Confirmations(AuditLog audit, Clock clock, String actor) {
        this.audit = audit;
        this.clock = clock;
        this.actor = actor;
    }

    /**
     * Records that a party has confirmed; once for a party and a key, and again after it was seen to trust the key all the
     * same. Durable on return.
     *
     * @param party its registered name
     * @param by what shows it: {@code acknowledgement}, {@code decision}, or a person's words
     * @return false when it had confirmed before
     */
    public boolean record(ScopeName scope, Kid kid, String party, String by) {
        if (of(kid).containsKey(party)) {
            return false;
        }
        audit.append(List.of(AuditEvent.of(
                clock.instant().truncatedTo(ChronoUnit.MILLIS),
                actor,
                AuditAction.VERIFIER_CONFIRMED,
                scope,
                kid,
                Map.of(PARTY, party, BY, by))));
        return true;
    }

    /** When each party confirmed first, or first since it was last seen to trust the key all the same; by name. */
    public SortedMap<String, Instant> of(Kid kid) {
        return in(audit.about(kid));
    }

    /** The same, from records that were read before. */
    public static SortedMap<String, Instant> in(Collection<AuditRecord> records) {
        SortedMap<String, Instant> confirmed = new TreeMap<>();
        for (AuditRecord record : records) {
            belied(record.event())
                    .ifPresent(
                            d -> confirmed.computeIfPresent(d.party(), (party, at) -> d.at().isAfter(at) ? null : at));
            String party = record.event().details().get(PARTY);
            if (party != null && confirms(record.event())) {
                confirmed.putIfAbsent(party, record.event().at());
            }
        }
        return confirmed;
    }

    private record Denial(String party, Instant at) {}

    /** A verifier that accepted the revoked key, by its own clock. */
    private static Optional<Denial> belied(AuditEvent event) {
        Map<String, String> details = event.details();
        String party = details.get("verifier");
        String decided = details.get("decided");
        return event.action() == AuditAction.MISUSE_DETECTED
                        && STILL_TRUSTED.equals(details.get("misuse"))
                        && party != null
                        && decided != null
                ? Optional.of(new Denial(party, Instant.parse(decided)))
                : Optional.empty();
    }

    private static boolean confirms(AuditEvent event) {
        return event.action() == AuditAction.VERIFIER_CONFIRMED
                || (event.action() == AuditAction.EVENT_ACKNOWLEDGED
                        && SecurityEvents.KEY_REVOKED.equals(event.details().get(SecurityEvents.EVENT)));
    }
}
