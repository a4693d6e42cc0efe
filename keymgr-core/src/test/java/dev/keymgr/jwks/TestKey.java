package dev.keymgr.jwks;

import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** A key pair in memory, for tests only: nothing in the product can hold one. */
public record TestKey(SigningAlgorithm algorithm, KeyPair pair) {
    /** A fresh pair; RSA with 2,048 bits, for speed. */
    public static TestKey generate(SigningAlgorithm algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.keyType());
            if (algorithm.isEllipticCurve()) {
                generator.initialize(
                        new ECGenParameterSpec(algorithm == SigningAlgorithm.ES256 ? "secp256r1" : "secp384r1"));
            } else {
                generator.initialize(2048);
            }
            return new TestKey(algorithm, generator.generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    public VerificationKey publicKey() {
        if (pair.getPublic() instanceof ECPublicKey ec) {
            return new VerificationKey.Ec(
                    algorithm.curve(), ec.getW().getAffineX(), ec.getW().getAffineY());
        }
        RSAPublicKey rsa = (RSAPublicKey) pair.getPublic();
        return new VerificationKey.Rsa(rsa.getModulus(), rsa.getPublicExponent());
    }

    public Kid kid() {
        return Kid.of(publicKey());
    }

    public Jwk jwk() {
        return new Jwk(kid(), algorithm, publicKey(), null, null, null);
    }

    /** A signature in JOSE form, by the JDK alone. */
    public byte[] sign(byte[] input) {
        try {
            Signature signature = Signature.getInstance(
                    switch (algorithm) {
                        case ES256 -> "SHA256withECDSAinP1363Format";
                        case ES384 -> "SHA384withECDSAinP1363Format";
                        case RS256 -> "SHA256withRSA";
                        case PS256 -> "RSASSA-PSS";
                    });
            if (algorithm == SigningAlgorithm.PS256) {
                signature.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
            }
            signature.initSign(pair.getPrivate());
            signature.update(input);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
