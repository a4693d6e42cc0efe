package dev.keymgr.inventory;

import dev.keymgr.audit.AuditEvent;
import dev.keymgr.key.Generation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * Keyrings, durable. Safe for many threads and processes. Every failure is a {@link dev.keymgr.key.KeymgrException} with
 * a STORE_ code; after a failed write the caller does not know whether it happened and reads again.
 */
public interface Inventory {
    /** The keyring as it is now; the empty one for a scope never written. */
    Keyring read(ScopeName scope);

    /** Scopes that have a keyring, each with the generation it is at: cheap, to see whether anything has changed. */
    SortedMap<ScopeName, Generation> generations();

    /** Scopes with a key, in whatever state, whose kid begins with this text: one look, however many scopes there are. */
    SortedSet<ScopeName> scopesOf(String kidBeginning);

    /**
     * Replaces one generation by a later one, together with the record of it: both or neither. Durable on return.
     * Transient conflicts of the database are retried inside, a bounded number of times.
     *
     * @param after of the same scope, of a generation above {@code before}'s
     * @throws InventoryConflictException when the stored generation is not {@code before}'s: nothing was written
     * @throws dev.keymgr.key.KeymgrException DOCUMENT_REFUSED when a kid or public key stands in another scope
     */
    void replace(Keyring before, Keyring after, List<AuditEvent> events);

    /**
     * Takes the sole right to work on a scope. Held by this process until closed; the death of the process frees it at
     * once.
     *
     * @param patience how long to wait for another holder; zero not to wait
     * @throws dev.keymgr.key.KeymgrException SCOPE_BUSY naming who holds it
     */
    ScopeLock lock(ScopeName scope, Duration patience);
}
