package dev.keymgr.authority;

import dev.keymgr.jwks.JwkSet;
import java.time.Instant;

/**
 * A scope's signed set, proved: signed by a pinned authority that stands, for this scope and issuer, within its time, each
 * key certified for the scope. Only {@link PinnedAuthorities} makes one. Immutable.
 */
public final class SignedKeySet {
    private final long sequence;
    private final Instant issuedAt;
    private final Instant expiresAt;
    private final JwkSet keys;

    SignedKeySet(long sequence, Instant issuedAt, Instant expiresAt, JwkSet keys) {
        this.sequence = sequence;
        this.issuedAt = issuedAt;
        this.expiresAt = expiresAt;
        this.keys = keys;
    }

    /** Grows with each signing: whoever has seen a higher one refuses this. */
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

    public JwkSet keys() {
        return keys;
    }
}
