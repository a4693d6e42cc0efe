package dev.keymgr.bench;

import dev.keymgr.key.SigningAlgorithm;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** A signature object of the platform, bound once and used over and over by one thread: the least that signing can cost. */
final class BareSignature {
    private final Signature signature;

    BareSignature(SigningAlgorithm algorithm, Provider provider, PrivateKey key) throws GeneralSecurityException {
        signature = Signature.getInstance(nameOf(algorithm), provider);
        if (algorithm == SigningAlgorithm.PS256) {
            signature.setParameter(new PSSParameterSpec(
                    "SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC));
        }
        signature.initSign(key);
    }

    byte[] sign(byte[] input) throws GeneralSecurityException {
        signature.update(input);
        return signature.sign();
    }

    private static String nameOf(SigningAlgorithm algorithm) {
        return switch (algorithm) {
            case ES256 -> "SHA256withECDSAinP1363Format";
            case ES384 -> "SHA384withECDSAinP1363Format";
            case RS256 -> "SHA256withRSA";
            case PS256 -> "RSASSA-PSS";
        };
    }
}
