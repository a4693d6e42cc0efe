package dev.keymgr.testkit;

import dev.keymgr.hsm.KeyAttributes;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.nio.charset.StandardCharsets;
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
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes real software keys for {@link FakeHsm} and signs with them. */
public final class FakeKeys {
    /** What a token says of a key that it made as asked. */
    public static final KeyAttributes GENERATED =
            new KeyAttributes(true, true, true, false, true, new TreeSet<>(Set.of("sign")));

    /** What a token says of a key that was brought in. */
    public static final KeyAttributes IMPORTED =
            new KeyAttributes(false, true, false, false, false, new TreeSet<>(Set.of("sign")));

    private final @Nullable SecureRandom random;

    private FakeKeys(@Nullable SecureRandom random) {
        this.random = random;
    }

    public static FakeKeys random() {
        return new FakeKeys(null);
    }

    /** The same seed gives the same keys, in the order in which they are made. Never outside tests. */
    public static FakeKeys seeded(long seed) {
        try {
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG");
            random.setSeed(("keymgr test keys " + seed).getBytes(StandardCharsets.US_ASCII));
            return new FakeKeys(random);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform lacks SHA1PRNG", e);
        }
    }

    synchronized KeyPair generate(SigningAlgorithm algorithm) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm.keyType());
            var parameters = algorithm.isEllipticCurve()
                    ? new ECGenParameterSpec("secp" + algorithm.bits() + "r1")
                    : new RSAKeyGenParameterSpec(algorithm.bits(), RSAKeyGenParameterSpec.F4);
            if (random == null) {
                generator.initialize(parameters);
            } else {
                generator.initialize(parameters, random);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform cannot make a key for " + algorithm, e);
        }
    }

    static byte[] sign(PrivateKey key, SigningAlgorithm algorithm, byte[] input) {
        try {
            Signature signature = JoseSignatures.instance(algorithm);
            signature.initSign(key);
            signature.update(input);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the platform cannot sign with " + algorithm, e);
        }
    }

    static VerificationKey toVerificationKey(PublicKey key) {
        if (key instanceof ECPublicKey ec) {
            int bits = ec.getParams().getOrder().bitLength();
            return new VerificationKey.Ec(
                    "P-" + bits, ec.getW().getAffineX(), ec.getW().getAffineY());
        }
        RSAPublicKey rsa = (RSAPublicKey) key;
        return new VerificationKey.Rsa(rsa.getModulus(), rsa.getPublicExponent());
    }
}
