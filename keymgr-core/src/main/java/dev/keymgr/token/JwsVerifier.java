package dev.keymgr.token;

import dev.keymgr.jwks.JwkSet;

/**
 * Checks the signature of one compact JWS against one key set. Immutable, for many threads. Keys come from that set and
 * from nowhere else.
 *
 * <p>Stricter than most libraries: one spelling of base64url, no member twice in the header, no {@code crit}, {@code b64}
 * or embedded key or key address, an {@code alg} that is both ours and the one the key is bound to, {@code kid} required,
 * signatures in their exact length and range.
 *
 * @standard RFC 7515 s. 5.2
 * @standard RFC 8725 s. 3.1 and 3.10
 */
public final class JwsVerifier {
    /** The longest token that is looked at, in characters. */
    public static final int CHARACTERS_MAX = CompactJws.CHARACTERS_MAX;

    private final TrustedKeySet keys;
    private final int charactersMax;

    /** For tokens. */
    public JwsVerifier(JwkSet keys) {
        this(keys, CHARACTERS_MAX);
    }

    /** For something signed that is longer than a token may be. */
    public JwsVerifier(JwkSet keys, int charactersMax) {
        this.keys = new TrustedKeySet(keys);
        this.charactersMax = charactersMax;
    }

    /**
     * Proves who signed.
     *
     * @throws TokenRejectedException MALFORMED, UNKNOWN_KEY or BAD_SIGNATURE
     */
    public VerifiedJws verify(String compact) throws TokenRejectedException {
        CompactJws jws = CompactJws.parse(compact, charactersMax);
        TrustedKey key = requireKey(keys, jws);
        requireSignature(key, jws);
        return new VerifiedJws(jws.payload(), key.jwk().kid(), jws.type().orElse(null));
    }

    static TrustedKey requireKey(TrustedKeySet keys, CompactJws jws) throws TokenRejectedException {
        TrustedKey key = keys.find(jws.kid())
                .orElseThrow(() -> new TokenRejectedException(
                        Verdict.UNKNOWN_KEY, "the key set of this issuer has no key of that kid"));
        if (key.jwk().algorithm() != jws.algorithm()) {
            throw new TokenRejectedException(
                    Verdict.BAD_SIGNATURE,
                    "the header says " + jws.algorithm() + ", the key is bound to "
                            + key.jwk().algorithm());
        }
        return key;
    }

    static void requireSignature(TrustedKey key, CompactJws jws) throws TokenRejectedException {
        if (!key.verifies(jws)) {
            throw new TokenRejectedException(
                    Verdict.BAD_SIGNATURE,
                    "the signature is not that of key " + key.jwk().kid().prefix());
        }
    }
}
