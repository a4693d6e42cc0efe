package dev.keymgr.key;

/**
 * Life of a key, in life order. {@code Ready} and {@code Dead} of RFC 7583 are not stored: they follow from the times and
 * the clock.
 *
 * @standard NIST SP 800-57 part 1 rev. 5 s. 7
 * @standard RFC 7583 s. 3.1
 */
public enum KeyState {
    /** Exists in the token, in no document. Pre-activation. */
    GENERATED,
    /** In the JWKS, not signing; a standby once its caches have turned over. Pre-activation. */
    PUBLISHED,
    /** In the JWKS and signing. */
    ACTIVE,
    /** Barred while a suspicion is examined; not signing. */
    SUSPENDED,
    /** No longer signing, still published while its tokens live. Private half destroyed, public half deactivated. */
    RETIRED,
    /** Out of the JWKS after its time. Deactivated. */
    REMOVED,
    /** Out of trust early and for ever. */
    COMPROMISED,
    /** Given up before it ever signed. */
    DESTROYED;

    /** Whether the document may list a key of this state. */
    public boolean isListable() {
        return this == PUBLISHED || this == ACTIVE || this == SUSPENDED || this == RETIRED;
    }

    /** Whether the key has come to its last state but for a late discovery of compromise. */
    public boolean isFinal() {
        return this == REMOVED || this == COMPROMISED || this == DESTROYED;
    }
}
