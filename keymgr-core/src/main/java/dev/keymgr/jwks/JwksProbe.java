package dev.keymgr.jwks;

/** A public address of a scope's JWKS, looked at the way a verifier would. */
public interface JwksProbe {
    /** The address. */
    String description();

    /**
     * The bytes that a verifier gets now.
     *
     * @throws dev.keymgr.key.KeymgrException PUBLICATION_FAILED when there is no answer, not a good one, or more bytes
     *     than verifiers read
     */
    byte[] fetch();
}
