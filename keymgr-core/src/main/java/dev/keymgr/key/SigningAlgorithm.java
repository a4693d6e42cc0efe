package dev.keymgr.key;

import java.util.Arrays;
import java.util.Optional;

/**
 * The JWS algorithms a key group may have. Each names one key type, one curve or size, one hash: a key bound to one of
 * these can be used for nothing else.
 *
 * @standard RFC 7518 s. 3.1
 * @standard RFC 8725 s. 3.1
 */
public enum SigningAlgorithm {
    ES256("EC", "P-256", 256),
    ES384("EC", "P-384", 384),
    RS256("RSA", "", 3072),
    PS256("RSA", "", 3072);

    private final String keyType;
    private final String curve;
    private final int bits;

    SigningAlgorithm(String keyType, String curve, int bits) {
        this.keyType = keyType;
        this.curve = curve;
        this.bits = bits;
    }

    /** The JWK {@code kty}. */
    public String keyType() {
        return keyType;
    }

    /** The JWK {@code crv}, empty for RSA. */
    public String curve() {
        return curve;
    }

    /** Size of a newly generated key, in bits. */
    public int bits() {
        return bits;
    }

    public boolean isEllipticCurve() {
        return "EC".equals(keyType);
    }

    /** Exact, case-sensitive: JOSE names are. */
    public static Optional<SigningAlgorithm> find(String name) {
        return Arrays.stream(values()).filter(a -> a.name().equals(name)).findFirst();
    }
}
