package dev.keymgr.authority;

import dev.keymgr.audit.AuditEvent;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The authorities of every scope and what they last signed, durable. A change and its audit event are committed together.
 * Safe for many threads and processes. Every failure is a {@link dev.keymgr.key.KeymgrException} with a STORE_ code.
 */
public interface AuthorityRecords {
    /** Those that stand and those revoked, the oldest first. */
    List<Authority> authorities(ScopeName scope);

    /** Where tokens were asked, or about to be asked, for an authority of the scope that was never established. */
    List<KeyLocation> intents(ScopeName scope);

    /** Says where a token is about to be asked for an authority. */
    void intend(ScopeName scope, KeyLocation place, Instant at, AuditEvent event);

    /**
     * Adds one; the intent of its place is carried out.
     *
     * @throws dev.keymgr.key.KeymgrException DOCUMENT_REFUSED when its key stands anywhere already; nothing was written
     */
    void establish(Authority authority, AuditEvent event);

    /** Ends one for ever. None of that kid, or revoked before: nothing changes. */
    void revoke(ScopeName scope, Kid authority, Instant at, AuditEvent event);

    /** For each scope that has any, the sequence of its signed documents: cheap, to see whether there are new ones. */
    SortedMap<ScopeName, Long> sequences();

    /** The documents that stand; empty before the first. */
    Optional<SignedDocuments> documents(ScopeName scope);

    /**
     * Puts documents in the place of others, which have a lower sequence.
     *
     * @param before the sequence of those that are to stand there now; zero for none
     * @return whether they stand now; false when another process was faster, and nothing was written
     */
    boolean replace(long before, SignedDocuments documents, AuditEvent event);
}
