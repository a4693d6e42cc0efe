package dev.keymgr.key;

import java.time.Instant;

/**
 * What is recorded when a key is revoked.
 *
 * @param reason in the operator's words
 * @param cause how far the damage may reach beyond this key
 * @param invalidFrom the earliest moment the key may have been in other hands; that of the revocation where nobody has said
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

    /** One of which nobody has said since when; the revocation puts its own instant there. */
    public static Compromise sinceRevocation(String reason, Cause cause) {
        return new Compromise(reason, cause, Instant.MAX);
    }

    /** The same, invalid from the instant of its revocation at the latest. */
    public Compromise revokedAt(Instant at) {
        return invalidFrom.isAfter(at) ? new Compromise(reason, cause, at) : this;
    }

    /** Whether a cause reaches further than this one: it says that only the key is lost, and more may be. */
    public boolean isNarrowerThan(Cause other) {
        return cause == Cause.KEY && other != Cause.KEY;
    }

    public Compromise {
        if (reason.isBlank()) {
            throw new IllegalArgumentException("a revocation without a reason");
        }
    }
}
