package dev.keymgr.key;

import java.time.Instant;

/**
 * What is recorded when a key is revoked.
 *
 * @param reason in the operator's words
 * @param cause how far the damage may reach beyond this key
 * @param invalidFrom the earliest moment the key may have been in other hands; at or before the revocation
 */
public record Compromise(String reason, Cause cause, Instant invalidFrom) {
    /** What else the thief may have: decides which standbys are burnt with the key. */
    public enum Cause {
        /** Only this key. Standbys stay. */
        KEY,
        /** The token or its PIN. Standbys in the same token go too. */
        TOKEN,
        /** The host that signs. Standbys in the same token go too. */
        HOST,
        /** Not known, so taken for the token. */
        UNKNOWN
    }

    public Compromise {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("a revocation without a reason");
        }
    }
}
