package dev.keymgr.jwks;

import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;

/**
 * The two curves of ours: {@code y^2 = x^3 - 3x + b} over a prime field, cofactor 1.
 *
 * @standard NIST SP 800-186 s. 3.2.1
 */
public enum Curve {
    P256(
            "P-256",
            "secp256r1",
            "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
            "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b",
            "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    P384(
            "P-384",
            "secp384r1",
            "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff",
            "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef",
            "ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973");

    private static final BigInteger THREE = BigInteger.valueOf(3);

    private final String jwkName;
    private final String jcaName;
    private final BigInteger prime;
    private final BigInteger b;
    private final BigInteger order;

    Curve(String jwkName, String jcaName, String prime, String b, String order) {
        this.jwkName = jwkName;
        this.jcaName = jcaName;
        this.prime = new BigInteger(prime, 16);
        this.b = new BigInteger(b, 16);
        this.order = new BigInteger(order, 16);
    }

    /** The curve of a key; every {@link VerificationKey.Ec} has one. */
    public static Curve of(VerificationKey.Ec key) {
        return P256.jwkName.equals(key.curve()) ? P256 : P384;
    }

    /** What the Java cryptography architecture calls it. */
    public String jcaName() {
        return jcaName;
    }

    /** The order of the group: one more than the largest R or S of a signature. */
    public BigInteger order() {
        return order;
    }

    /** Octets of one coordinate, and of R or S in a JOSE signature. */
    public int coordinateBytes() {
        return VerificationKey.Ec.coordinateBytes(jwkName);
    }

    /**
     * Whether the point solves the equation, both coordinates below the prime. With cofactor 1 it then has the right
     * order; a point elsewhere would lend itself to a forged key on a weaker curve.
     *
     * @standard NIST SP 800-56A rev. 3 s. 5.6.2.3.4
     */
    boolean contains(BigInteger x, BigInteger y) {
        if (x.compareTo(prime) >= 0 || y.compareTo(prime) >= 0) {
            return false;
        }
        BigInteger right = x.multiply(x).subtract(THREE).multiply(x).add(b).mod(prime);
        return y.multiply(y).mod(prime).equals(right);
    }
}
