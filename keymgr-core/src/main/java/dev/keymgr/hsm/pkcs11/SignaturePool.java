package dev.keymgr.hsm.pkcs11;

import dev.keymgr.jwks.PlatformKey;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;

/**
 * Signature objects of one key, bound to it once and used over and over: binding costs more than signing. None holds an
 * open operation between two uses, so a key that is destroyed meanwhile signs no more. Safe for many threads.
 */
final class SignaturePool {
    private static final byte[] SELF_TEST_INPUT = "keymgr self-test".getBytes(StandardCharsets.US_ASCII);
    private static final PSSParameterSpec PSS =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    private final Provider provider;
    private final PrivateKey key;
    private final SigningAlgorithm algorithm;
    private final Semaphore places;
    private final Queue<Signature> idle = new ConcurrentLinkedQueue<>();

    /**
     * @param places how many signatures may be under way at once, shared by all keys of a connection
     */
    SignaturePool(Provider provider, PrivateKey key, SigningAlgorithm algorithm, Semaphore places) {
        this.provider = provider;
        this.key = key;
        this.algorithm = algorithm;
        this.places = places;
    }

    /** Signs in JOSE form. After a failure the object used is thrown away. */
    byte[] sign(byte[] input) throws GeneralSecurityException {
        places.acquireUninterruptibly();
        try {
            Signature signature = idle.poll();
            if (signature == null) {
                signature = Signature.getInstance(nameOf(algorithm), provider);
                parameterize(signature);
                signature.initSign(key);
            }
            signature.update(input);
            byte[] signed = signature.sign();
            idle.add(signature);
            return signed;
        } finally {
            places.release();
        }
    }

    /** Signs once and has the platform, not the token, verify it: a handle must not sign with another key. */
    boolean signsAs(VerificationKey publicKey) throws GeneralSecurityException {
        Signature verifier = Signature.getInstance(nameOf(algorithm));
        parameterize(verifier);
        verifier.initVerify(PlatformKey.of(publicKey));
        verifier.update(SELF_TEST_INPUT);
        return verifier.verify(sign(SELF_TEST_INPUT));
    }

    private void parameterize(Signature signature) throws GeneralSecurityException {
        if (algorithm == SigningAlgorithm.PS256) {
            signature.setParameter(PSS);
        }
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
