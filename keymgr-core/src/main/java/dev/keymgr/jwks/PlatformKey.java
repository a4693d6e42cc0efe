package dev.keymgr.jwks;

import dev.keymgr.key.VerificationKey;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;

/** A public key as the Java platform takes it. */
public final class PlatformKey {
    private PlatformKey() {}

    /**
     * Converts it.
     *
     * @throws IllegalArgumentException for a key that is none: a point off its curve, a modulus too short
     */
    public static PublicKey of(VerificationKey key) {
        try {
            if (key instanceof VerificationKey.Rsa rsa) {
                return KeyFactory.getInstance("RSA")
                        .generatePublic(new RSAPublicKeySpec(rsa.modulus(), rsa.exponent()));
            }
            VerificationKey.Ec point = (VerificationKey.Ec) key;
            AlgorithmParameters curve = AlgorithmParameters.getInstance("EC");
            curve.init(new ECGenParameterSpec(Curve.of(point).jcaName()));
            return KeyFactory.getInstance("EC")
                    .generatePublic(new ECPublicKeySpec(
                            new ECPoint(point.x(), point.y()), curve.getParameterSpec(ECParameterSpec.class)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("a public key that the platform does not take", e);
        }
    }

    /** Whether a key of the platform, such as a certificate's, is the given one. */
    public static boolean isOf(PublicKey platform, VerificationKey key) {
        if (platform instanceof ECPublicKey ec && key instanceof VerificationKey.Ec expected) {
            return ec.getW().getAffineX().equals(expected.x())
                    && ec.getW().getAffineY().equals(expected.y());
        }
        return platform instanceof RSAPublicKey rsa
                && key instanceof VerificationKey.Rsa expected
                && rsa.getModulus().equals(expected.modulus())
                && rsa.getPublicExponent().equals(expected.exponent());
    }
}
