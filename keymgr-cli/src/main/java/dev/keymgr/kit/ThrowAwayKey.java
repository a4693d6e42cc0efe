package dev.keymgr.kit;

import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/** A key pair in memory that is written nowhere. */
final class ThrowAwayKey {
    /** Enough for verifiers, and quick to make. */
    private static final int RSA_BITS = 2_048;

    private static final PSSParameterSpec PSS_SHA_256 =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    private final SigningAlgorithm algorithm;
    private final KeyPair pair;
    private final VerificationKey publicKey;
    private final SecureRandom random;

    private ThrowAwayKey(SigningAlgorithm algorithm, KeyPair pair, SecureRandom random) {
        this.algorithm = algorithm;
        this.pair = pair;
        this.publicKey = numbers(algorithm, pair.getPublic());
        this.random = random;
    }

    static ThrowAwayKey generate(SigningAlgorithm algorithm, SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.keyType());
            if (algorithm.isEllipticCurve()) {
                generator.initialize(
                        new ECGenParameterSpec(algorithm == SigningAlgorithm.ES256 ? "secp256r1" : "secp384r1"),
                        random);
            } else {
                generator.initialize(RSA_BITS, random);
            }
            return new ThrowAwayKey(algorithm, generator.generateKeyPair(), random);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform makes keys for " + algorithm, e);
        }
    }

    private static VerificationKey numbers(SigningAlgorithm algorithm, PublicKey key) {
        if (key instanceof RSAPublicKey rsa) {
            return new VerificationKey.Rsa(rsa.getModulus(), rsa.getPublicExponent());
        }
        ECPublicKey point = (ECPublicKey) key;
        return new VerificationKey.Ec(
                algorithm.curve(), point.getW().getAffineX(), point.getW().getAffineY());
    }

    SigningAlgorithm algorithm() {
        return algorithm;
    }

    VerificationKey publicKey() {
        return publicKey;
    }

    PublicKey platformKey() {
        return pair.getPublic();
    }

    Kid kid() {
        return Kid.of(publicKey);
    }

    /** In the form of JOSE, with its own algorithm. */
    byte[] sign(byte[] input) {
        return sign(
                input,
                switch (algorithm) {
                    case ES256 -> "SHA256withECDSAinP1363Format";
                    case ES384 -> "SHA384withECDSAinP1363Format";
                    case RS256 -> "SHA256withRSA";
                    case PS256 -> "RSASSA-PSS";
                });
    }

    /** With another of its key type, by the name that the platform has for it. */
    byte[] sign(byte[] input, String name) {
        try {
            Signature signature = Signature.getInstance(name);
            if (name.equals("RSASSA-PSS")) {
                signature.setParameter(PSS_SHA_256);
            }
            PrivateKey secret = pair.getPrivate();
            signature.initSign(secret, random);
            signature.update(input);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform signs with " + name, e);
        }
    }
}
