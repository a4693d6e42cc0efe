package dev.keymgr.hsm;

/** A private key in a token, ready to sign. Safe for many threads. */
public interface SigningHandle {
    /**
     * Signs in JOSE form. A lost session is repaired once; after that the handle fails with TOKEN_UNAVAILABLE until the
     * token is back.
     */
    byte[] sign(byte[] input);
}
