package dev.keymgr.jwks;

import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/** Judges the numbers of a public key before it is trusted or published. Pure. */
public final class KeyStrength {
    /**
     * Bits of an RSA modulus, both inclusive.
     *
     * @standard RFC 7518 s. 3.3 (2,048 or more)
     */
    public static final int MODULUS_BITS_MIN = 2_048;

    /** Above this one verification costs so much that a published key becomes an attack on its verifiers. */
    public static final int MODULUS_BITS_MAX = 8_192;

    /** The JDK takes no longer exponent with a large modulus, and nobody makes one. */
    private static final int EXPONENT_BITS_MAX = 64;

    private KeyStrength() {}

    /** What is wrong with it, in words; empty when it may be trusted. */
    public static List<String> violations(VerificationKey key) {
        if (key instanceof VerificationKey.Ec point) {
            return Curve.of(point).contains(point.x(), point.y())
                    ? List.of()
                    : List.of("its point is not on " + point.curve());
        }
        return violations((VerificationKey.Rsa) key);
    }

    private static List<String> violations(VerificationKey.Rsa key) {
        List<String> wrong = new ArrayList<>();
        int bits = key.modulus().bitLength();
        if (bits < MODULUS_BITS_MIN || bits > MODULUS_BITS_MAX) {
            wrong.add("its modulus has " + bits + " bits, not " + MODULUS_BITS_MIN + " to " + MODULUS_BITS_MAX);
        }
        BigInteger e = key.exponent();
        if (e.equals(BigInteger.ONE) || !e.testBit(0) || e.bitLength() > EXPONENT_BITS_MAX) {
            wrong.add("its exponent is not odd and 3 or more in at most " + EXPONENT_BITS_MAX + " bits");
        }
        if (RocaFingerprint.hasSmallFactor(key.modulus())) {
            wrong.add("its modulus has a small factor");
        }
        if (RocaFingerprint.matches(key.modulus())) {
            wrong.add("its modulus bears the fingerprint of CVE-2017-15361 (ROCA)");
        }
        return wrong;
    }
}
