package dev.keymgr.token;

import dev.keymgr.jwks.Curve;
import dev.keymgr.jwks.Jwk;
import dev.keymgr.jwks.PlatformKey;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;

/** A published key made ready to verify with. Immutable, for many threads: each check has a signature object of its own. */
final class TrustedKey {
    /** The salt is as long as the hash. RFC 7518 s. 3.5. */
    private static final PSSParameterSpec PSS_SHA_256 =
            new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, PSSParameterSpec.TRAILER_FIELD_BC);

    private final Jwk jwk;
    private final PublicKey key;

    TrustedKey(Jwk jwk) {
        this.jwk = jwk;
        this.key = PlatformKey.of(jwk.publicKey());
    }

    Jwk jwk() {
        return jwk;
    }

    /** Whether the signature over the input is this key's, in its one form, made with the algorithm this key is bound to. */
    boolean verifies(CompactJws jws) {
        return jws.algorithm() == jwk.algorithm() && verifies(jws.signingInput(), jws.signature());
    }

    boolean verifies(byte[] input, byte[] signature) {
        if (!hasForm(signature)) {
            return false;
        }
        try {
            Signature check = signature(jwk.algorithm());
            check.initVerify(key);
            check.update(input);
            return check.verify(signature);
        } catch (SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform verifies " + jwk.algorithm(), e);
        }
    }

    private boolean hasForm(byte[] signature) {
        if (jwk.publicKey() instanceof VerificationKey.Rsa rsa) {
            // RFC 8017 s. 8.1.2 and 8.2.2, step 1.
            return signature.length == (rsa.modulus().bitLength() + 7) / 8;
        }
        Curve curve = Curve.of((VerificationKey.Ec) jwk.publicKey());
        int half = curve.coordinateBytes();
        return signature.length == 2 * half
                && isScalar(Arrays.copyOfRange(signature, 0, half), curve)
                && isScalar(Arrays.copyOfRange(signature, half, 2 * half), curve);
    }

    /** 1 to n-1. A zero passed for every message in the JDKs of CVE-2022-21449. */
    private static boolean isScalar(byte[] octets, Curve curve) {
        BigInteger scalar = new BigInteger(1, octets);
        return scalar.signum() > 0 && scalar.compareTo(curve.order()) < 0;
    }

    private static Signature signature(SigningAlgorithm algorithm) throws GeneralSecurityException {
        return switch (algorithm) {
            case ES256 -> Signature.getInstance("SHA256withECDSAinP1363Format");
            case ES384 -> Signature.getInstance("SHA384withECDSAinP1363Format");
            case RS256 -> Signature.getInstance("SHA256withRSA");
            case PS256 -> {
                Signature pss = Signature.getInstance("RSASSA-PSS");
                pss.setParameter(PSS_SHA_256);
                yield pss;
            }
        };
    }
}
