package dev.keymgr.key;

import java.time.Instant;

/**
 * A revocation ordered for later. A key has at most one; it is gone with the key's revocation, whatever brought that about.
 *
 * @param at from when on whoever looks at the scope carries it out
 * @param record what is recorded of it then
 */
public record ScheduledRevocation(Kid kid, Instant at, Compromise record) {
    public ScheduledRevocation {
        if (record.invalidFrom().isAfter(at)) {
            throw new IllegalArgumentException("key " + kid.prefix() + " cannot be invalid from " + record.invalidFrom()
                    + ", after its revocation at " + at);
        }
    }
}
