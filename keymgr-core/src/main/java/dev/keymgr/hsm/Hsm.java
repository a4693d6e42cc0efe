package dev.keymgr.hsm;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One PKCS#11 token, logged in. Every method may be called from many threads. A lost session is repaired inside, once per
 * call; what cannot be repaired is an {@link HsmException} with code TOKEN_UNAVAILABLE, and the next call tries afresh. A
 * refused PIN is never tried again by the same instance, for tokens lock.
 */
public interface Hsm extends AutoCloseable {
    TokenLabel label();

    /** What the token says of itself. Fails like every other call when it is down: this is the cheapest question. */
    TokenDescription describe();

    /** The private key under an id, with what the token says of its attributes. */
    Optional<TokenKey> find(CkaId id);

    /** Every private key in the token, ours or not. */
    List<TokenKey> list();

    /**
     * Makes a key pair and its certificate under an id, or finds what an earlier attempt left there and completes it.
     * Idempotent; durable on return. The private half is sensitive, never extractable, made in the token, sign-only.
     *
     * @param now the beginning of the certificate's validity
     * @throws HsmException TOKEN_REFUSED when the token did not honour an attribute: nothing is left under the id
     */
    TokenKey generate(CkaId id, SigningAlgorithm algorithm, Instant now);

    /**
     * Signs once, for a self-test. Costs a look-up each time; signers {@link #open} a handle instead.
     *
     * @return the signature in JOSE form (R and S side by side for ECDSA)
     * @throws HsmException TOKEN_KEY_MISSING when nothing lies under the id
     */
    byte[] sign(CkaId id, SigningAlgorithm algorithm, byte[] input);

    /**
     * A handle for many signatures, resolved once.
     *
     * @throws HsmException TOKEN_KEY_MISSING when nothing lies under the id
     */
    SigningHandle open(CkaId id, SigningAlgorithm algorithm);

    /**
     * Removes everything under an id and asks the token again. Idempotent: an id with nothing under it is a success.
     *
     * @throws HsmException TOKEN_REFUSED when the token still has the private half
     */
    void destroy(CkaId id);

    /** Logs out and lets go of the connection. Handles die with it. */
    @Override
    void close();
}
