package dev.keymgr.hsm.pkcs11;

import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Public halves in their three forms: as a token stores them, as we hold them, as the platform takes them. */
final class PublicKeys {
    /** CKA_EC_PARAMS: the DER object identifier of each named curve. */
    private static final Map<String, String> CURVE_PARAMETERS =
            Map.of("P-256", "06082a8648ce3d030107", "P-384", "06052b81040022");

    private static final byte UNCOMPRESSED = 4;

    private PublicKeys() {}

    static byte[] curveParameters(SigningAlgorithm algorithm) {
        return HexFormat.of().parseHex(CURVE_PARAMETERS.get(algorithm.curve()));
    }

    /** Empty when it is of a type or curve that we do not use, or malformed. */
    static Optional<VerificationKey> parse(Attributes publicObject) {
        long type = publicObject.findNumber(Ck.CKA_KEY_TYPE).orElse(-1);
        if (type == Ck.CKK_EC) {
            return publicObject
                    .find(Ck.CKA_EC_PARAMS)
                    .flatMap(PublicKeys::curveOf)
                    .flatMap(curve -> publicObject.find(Ck.CKA_EC_POINT).flatMap(point -> parsePoint(curve, point)));
        }
        if (type == Ck.CKK_RSA) {
            return publicObject
                    .find(Ck.CKA_MODULUS)
                    .flatMap(modulus -> publicObject
                            .find(Ck.CKA_PUBLIC_EXPONENT)
                            .map(exponent ->
                                    new VerificationKey.Rsa(new BigInteger(1, modulus), new BigInteger(1, exponent))));
        }
        return Optional.empty();
    }

    /** Whether a key of the platform, such as a certificate's, is the given one. */
    static boolean describes(PublicKey platform, VerificationKey key) {
        if (platform instanceof ECPublicKey ec && key instanceof VerificationKey.Ec expected) {
            return ec.getW().getAffineX().equals(expected.x())
                    && ec.getW().getAffineY().equals(expected.y());
        }
        return platform instanceof RSAPublicKey rsa
                && key instanceof VerificationKey.Rsa expected
                && rsa.getModulus().equals(expected.modulus())
                && rsa.getPublicExponent().equals(expected.exponent());
    }

    static PublicKey toPlatform(VerificationKey key) throws GeneralSecurityException {
        if (key instanceof VerificationKey.Ec ec) {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec("P-256".equals(ec.curve()) ? "secp256r1" : "secp384r1"));
            return KeyFactory.getInstance("EC")
                    .generatePublic(new ECPublicKeySpec(
                            new ECPoint(ec.x(), ec.y()), parameters.getParameterSpec(ECParameterSpec.class)));
        }
        VerificationKey.Rsa rsa = (VerificationKey.Rsa) key;
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(rsa.modulus(), rsa.exponent()));
    }

    private static Optional<String> curveOf(byte[] parameters) {
        String hex = HexFormat.of().formatHex(parameters);
        return CURVE_PARAMETERS.entrySet().stream()
                .filter(entry -> entry.getValue().equals(hex))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** An uncompressed point, in the DER OCTET STRING that the standard asks for or bare, as some tokens give it. */
    private static Optional<VerificationKey> parsePoint(String curve, byte[] stored) {
        int coordinate = VerificationKey.Ec.coordinateBytes(curve);
        int from = stored.length - 1 - 2 * coordinate;
        if (from < 0 || stored[from] != UNCOMPRESSED) {
            return Optional.empty();
        }
        byte[] x = Arrays.copyOfRange(stored, from + 1, from + 1 + coordinate);
        byte[] y = Arrays.copyOfRange(stored, from + 1 + coordinate, stored.length);
        return Optional.of(new VerificationKey.Ec(curve, new BigInteger(1, x), new BigInteger(1, y)));
    }
}
