package dev.keymgr.key;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The public half of a signing key, as numbers. Whether the point lies on its curve or the modulus is strong is judged
 * where a key is trusted, not here.
 *
 * @standard RFC 7518 s. 6
 */
public sealed interface VerificationKey {
    /**
     * The required JWK members in the order of their names: what the thumbprint is taken over.
     *
     * @standard RFC 7638 s. 3.2
     */
    Map<String, String> requiredMembers();

    /** Whether this key has the type and curve that the algorithm demands. */
    boolean fits(SigningAlgorithm algorithm);

    /** The bytes a thumbprint is taken over: the required members as JSON without white space. */
    default byte[] thumbprintInput() {
        StringBuilder json = new StringBuilder("{");
        requiredMembers().forEach((name, value) -> {
            if (json.length() > 1) {
                json.append(',');
            }
            json.append('"').append(name).append("\":\"").append(value).append('"');
        });
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** An elliptic-curve point. */
    record Ec(String curve, BigInteger x, BigInteger y) implements VerificationKey {
        public Ec {
            coordinateBytes(curve);
            if (x.signum() < 0 || y.signum() < 0) {
                throw new IllegalArgumentException("a negative coordinate");
            }
        }

        @Override
        public Map<String, String> requiredMembers() {
            Map<String, String> members = new LinkedHashMap<>();
            members.put("crv", curve);
            members.put("kty", "EC");
            members.put("x", base64url(x, coordinateBytes(curve)));
            members.put("y", base64url(y, coordinateBytes(curve)));
            return members;
        }

        @Override
        public boolean fits(SigningAlgorithm algorithm) {
            return algorithm.isEllipticCurve() && algorithm.curve().equals(curve);
        }

        /** Octets of one coordinate. */
        public static int coordinateBytes(String curve) {
            return switch (curve) {
                case "P-256" -> 32;
                case "P-384" -> 48;
                default -> throw new IllegalArgumentException("curve '" + curve + "' is neither P-256 nor P-384");
            };
        }
    }

    /** An RSA modulus and exponent. */
    record Rsa(BigInteger modulus, BigInteger exponent) implements VerificationKey {
        public Rsa {
            if (modulus.signum() <= 0 || exponent.signum() <= 0) {
                throw new IllegalArgumentException("an RSA modulus or exponent that is not positive");
            }
        }

        @Override
        public Map<String, String> requiredMembers() {
            Map<String, String> members = new LinkedHashMap<>();
            members.put("e", base64url(exponent, 0));
            members.put("kty", "RSA");
            members.put("n", base64url(modulus, 0));
            return members;
        }

        @Override
        public boolean fits(SigningAlgorithm algorithm) {
            return !algorithm.isEllipticCurve();
        }
    }

    /**
     * Unsigned big-endian in base64url without padding, left-padded to a length.
     *
     * @param octets the exact length, or 0 for the shortest form
     */
    private static String base64url(BigInteger value, int octets) {
        byte[] signed = value.toByteArray();
        int from = signed.length > 1 && signed[0] == 0 ? 1 : 0;
        int length = signed.length - from;
        int size = Math.max(octets, length);
        if (octets > 0 && length > octets) {
            throw new IllegalArgumentException("a coordinate longer than " + octets + " octets");
        }
        byte[] unsigned = new byte[size];
        System.arraycopy(signed, from, unsigned, size - length, length);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(unsigned);
    }
}
