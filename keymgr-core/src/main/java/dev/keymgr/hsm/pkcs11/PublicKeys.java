package dev.keymgr.hsm.pkcs11;

import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
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
