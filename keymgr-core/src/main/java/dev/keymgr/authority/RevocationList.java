package dev.keymgr.authority;

import dev.keymgr.key.Kid;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * A scope's list of what is trusted no more, proved as {@link SignedKeySet} is. Only {@link PinnedAuthorities} makes one.
 * Immutable.
 */
public final class RevocationList {
    private final long sequence;
    private final Instant issuedAt;
    private final Instant expiresAt;
    private final Set<Kid> revoked;
    private final Map<Kid, Instant> suspended;
    private final Set<Kid> authorities;

    RevocationList(
            long sequence,
            Instant issuedAt,
            Instant expiresAt,
            Set<Kid> revoked,
            Map<Kid, Instant> suspended,
            Set<Kid> authorities) {
        this.sequence = sequence;
        this.issuedAt = issuedAt;
        this.expiresAt = expiresAt;
        this.revoked = Set.copyOf(revoked);
        this.suspended = Map.copyOf(suspended);
        this.authorities = Set.copyOf(authorities);
    }

    /** Grows with each signing; that of the signed set of the same signing. */
    public long sequence() {
        return sequence;
    }

    public Instant issuedAt() {
        return issuedAt;
    }

    /** From this instant on it is not to be gone by. */
    public Instant expiresAt() {
        return expiresAt;
    }

    /** Of which no token is accepted. */
    public Set<Kid> revoked() {
        return revoked;
    }

    /** Of which no token is accepted that was made at this instant or later. */
    public Map<Kid, Instant> suspended() {
        return suspended;
    }

    /** Whose word counts no more. */
    public Set<Kid> authorities() {
        return authorities;
    }
}
