package dev.keymgr.testkit;

import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;

/** JWS signatures by the platform alone: the second opinion that tests take on what a token signed. */
public final class JoseSignatures {
    private JoseSignatures() {}

    /** Whether the signature, in JOSE form, is the key's over the input. */
    public static boolean verifies(VerificationKey key, SigningAlgorithm algorithm, byte[] input, byte[] signature) {
        try {
            Signature verifier = instance(algorithm);
            verifier.initVerify(toPublicKey(key));
            verifier.update(input);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** The platform's form of a key. */
    public static PublicKey toPublicKey(VerificationKey key) throws GeneralSecurityException {
        if (key instanceof VerificationKey.Ec ec) {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("P-256".equals(ec.curve()) ? "secp256r1" : "secp384r1"));
            ECParameterSpec curve = parameters.getParameterSpec(ECParameterSpec.class);
            return KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(new ECPoint(ec.x(), ec.y()), curve));
        }
        VerificationKey.Rsa rsa = (VerificationKey.Rsa) key;
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(rsa.modulus(), rsa.exponent()));
    }

    static Signature instance(SigningAlgorithm algorithm) throws GeneralSecurityException {
        return switch (algorithm) {
            case ES256 -> Signature.getInstance("SHA256withECDSAinP1363Format");
            case ES384 -> Signature.getInstance("SHA384withECDSAinP1363Format");
            case RS256 -> Signature.getInstance("SHA256withRSA");
            case PS256 -> {
                Signature pss = Signature.getInstance("RSASSA-PSS");
                pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
                yield pss;
            }
        };
    }
}
