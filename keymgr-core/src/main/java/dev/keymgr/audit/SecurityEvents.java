package dev.keymgr.audit;

import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What registered relying parties were sent, and what they acknowledged. The audit record is the outbox; this is the copy of
 * what left the house. Durable on return; safe for many threads and processes; every method may be repeated.
 */
public interface SecurityEvents {
    /** The type of event that says a key is revoked. */
    String KEY_REVOKED = "key-revoked";

    /** Where a record of an acknowledgement or a refusal names the type. */
    String EVENT = "event";

    /** A relying party of a scope. */
    record Party(ScopeName scope, String name) {
        @Override
        public String toString() {
            return scope + "/" + name;
        }
    }

    /**
     * One security event token of one party.
     *
     * @param jti unique for the party
     * @param sequence of the audit record that it tells
     * @param type the last part of the event's URN
     * @param token as signed; empty once it was acknowledged
     * @param happenedAt the instant of the record
     * @param sentAt when it was signed, and offered for the first time
     * @param refusal why the party will not take it, in few words; null while it may. It is outstanding all the same
     */
    record Sent(
            Party to,
            String jti,
            long sequence,
            Kid kid,
            String type,
            String token,
            Instant happenedAt,
            Instant sentAt,
            @Nullable Instant acknowledgedAt,
            @Nullable String refusal) {
        public Optional<Instant> acknowledged() {
            return Optional.ofNullable(acknowledgedAt);
        }

        /** Whether it is still offered. */
        public boolean isOffered() {
            return acknowledgedAt == null && refusal == null;
        }
    }

    /** Keeps a token before it leaves. One of this party and sequence that is there already stays as it is. */
    void keep(Sent sent);

    Optional<Sent> find(Party party, long sequence);

    /**
     * Notes that a party has these, and appends one record for each: all or nothing. What is unknown, or was acknowledged
     * before, changes nothing and is not recorded.
     *
     * @return how many it had not acknowledged before
     */
    int acknowledge(Party party, Collection<String> jtis, Instant at, String actor);

    /**
     * Notes that a party will not take one, and appends the record of it. It is offered no more; an acknowledgement may still
     * come. What is not offered changes nothing and is not recorded.
     *
     * @param reason in few words
     */
    void refuse(Party party, String jti, String reason, Instant at, String actor);

    /**
     * Those that a party may still take, in the order of the record.
     *
     * @param limit at most so many; 1 to 1,000
     */
    List<Sent> offered(Party party, int limit);

    /**
     * Those not acknowledged, refused ones among them, in the order of the record.
     *
     * @param limit at most so many; 1 to 1,000
     */
    List<Sent> outstanding(Party party, int limit);

    /** Everything sent of one key, to whomever, in the order of the record. */
    List<Sent> about(Kid kid);

    /** When a party acknowledged anything for the last time. */
    Optional<Instant> lastAcknowledged(Party party);
}
