package dev.keymgr.jwks;

import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.jwks.Jwk.Binding;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads key sets, strictly: one doubtful key refuses the whole set. Pure.
 *
 * <p>Refused everywhere: private members; a missing or unknown {@code alg}; {@code use} other than {@code sig};
 * {@code key_ops} other than exactly {@code verify}; a key of the wrong type or curve for its {@code alg}; numbers that are
 * not in their one spelling; whatever {@link KeyStrength} finds; a kid twice.
 *
 * @standard RFC 7517
 * @standard RFC 7518 s. 6
 */
public final class JwkSetParser {
    /** Together they are every member that holds a secret, whatever the key type. */
    private static final Set<String> PRIVATE_MEMBERS = Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv");

    private static final Set<String> COMMON_MEMBERS =
            Set.of("kty", "use", "key_ops", "alg", "kid", "iat", "nbf", "exp", "issuer", "x5t#S256", "x5c");

    /** The last second of the year 9999. */
    private static final long SECONDS_MAX = 253_402_300_799L;

    private enum Strictness {
        /** Unknown members are ignored, as the standard demands of readers. */
        STANDARD,
        /** Nothing but what we write ourselves. */
        OWN
    }

    private final Strictness strictness;

    private JwkSetParser(Strictness strictness) {
        this.strictness = strictness;
    }

    /**
     * Reads a set for verification. Members it does not know are ignored; a kid need only have the form of a thumbprint.
     *
     * @throws KeymgrException DOCUMENT_REFUSED naming the first fault; nothing is to be trusted
     */
    public static JwkSet parse(byte[] document) {
        return new JwkSetParser(Strictness.STANDARD).set(document);
    }

    /**
     * Reads a document of our own making: besides, every kid is the thumbprint of its key, no member is unknown, none but
     * the times is missing.
     *
     * @throws KeymgrException DOCUMENT_REFUSED naming the first fault
     */
    public static JwkSet parseOwn(byte[] document) {
        return new JwkSetParser(Strictness.OWN).set(document);
    }

    private JwkSet set(byte[] document) {
        int index = 0;
        try {
            Map<String, Object> members = Json.parseObject(document);
            if (strictness == Strictness.OWN && !members.keySet().equals(Set.of("keys"))) {
                throw new IllegalArgumentException("a member other than keys");
            }
            if (!(members.get("keys") instanceof List<?> elements)) {
                throw new IllegalArgumentException("keys is not an array");
            }
            List<Jwk> keys = new ArrayList<>();
            for (Object element : elements) {
                index++;
                if (!(element instanceof Map<?, ?> key)) {
                    throw new IllegalArgumentException("not an object");
                }
                keys.add(jwk(key));
            }
            index = 0;
            return JwkSet.of(keys);
        } catch (JsonException | IllegalArgumentException e) {
            throw new KeymgrException(
                    ErrorCode.DOCUMENT_REFUSED,
                    "key set refused: " + (index > 0 ? "key " + index + ": " : "") + e.getMessage()
                            + "; none of its keys is trusted",
                    e);
        }
    }

    private Jwk jwk(Map<?, ?> members) {
        for (Object name : members.keySet()) {
            if (PRIVATE_MEMBERS.contains(name)) {
                throw new IllegalArgumentException("it has the private member " + name);
            }
        }
        SigningAlgorithm algorithm = SigningAlgorithm.find(text(members, "alg"))
                .orElseThrow(() -> new IllegalArgumentException("its alg is none of ours"));
        if (!"sig".equals(text(members, "use"))) {
            throw new IllegalArgumentException("its use is not sig");
        }
        requireOperations(members);
        VerificationKey key = publicKey(members, algorithm);
        List<String> weak = KeyStrength.violations(key);
        if (!weak.isEmpty()) {
            throw new IllegalArgumentException(String.join(", ", weak));
        }
        Kid kid = new Kid(text(members, "kid"));
        if (strictness == Strictness.OWN) {
            requireOwn(members, kid, key);
        }
        return new Jwk(
                kid,
                algorithm,
                key,
                instant(members, "iat"),
                instant(members, "nbf"),
                instant(members, "exp"),
                binding(members));
    }

    /** A document that names no issuer leaves the key unbound, whatever certificates it has. */
    private static @Nullable Binding binding(Map<?, ?> members) {
        return members.containsKey("issuer")
                ? new Binding(
                        text(members, "issuer"),
                        members.containsKey("x5t#S256") ? text(members, "x5t#S256") : null,
                        chain(members.get("x5c")))
                : null;
    }

    private static List<String> chain(@Nullable Object member) {
        List<String> chain = new ArrayList<>();
        if (member instanceof List<?> certificates) {
            for (Object certificate : certificates) {
                if (!(certificate instanceof String text)) {
                    throw new IllegalArgumentException("x5c is not an array of strings");
                }
                chain.add(text);
            }
        } else if (member != null) {
            throw new IllegalArgumentException("x5c is not an array of strings");
        }
        return chain;
    }

    private void requireOperations(Map<?, ?> members) {
        boolean present = members.containsKey("key_ops");
        if ((present || strictness == Strictness.OWN) && !List.of("verify").equals(members.get("key_ops"))) {
            throw new IllegalArgumentException("its key_ops is not verify alone");
        }
    }

    private static void requireOwn(Map<?, ?> members, Kid kid, VerificationKey key) {
        for (Object name : members.keySet()) {
            if (!COMMON_MEMBERS.contains(name) && !key.requiredMembers().containsKey(name)) {
                throw new IllegalArgumentException("it has a member that is not ours");
            }
        }
        if (!kid.equals(Kid.of(key))) {
            throw new IllegalArgumentException("its kid is not the thumbprint of its key");
        }
    }

    private static VerificationKey publicKey(Map<?, ?> members, SigningAlgorithm algorithm) {
        if (!algorithm.keyType().equals(text(members, "kty"))) {
            throw new IllegalArgumentException("its kty does not fit " + algorithm);
        }
        if (!algorithm.isEllipticCurve()) {
            return new VerificationKey.Rsa(shortest(members, "n"), shortest(members, "e"));
        }
        if (!algorithm.curve().equals(text(members, "crv"))) {
            throw new IllegalArgumentException("its crv does not fit " + algorithm);
        }
        int octets = VerificationKey.Ec.coordinateBytes(algorithm.curve());
        return new VerificationKey.Ec(
                algorithm.curve(), coordinate(members, "x", octets), coordinate(members, "y", octets));
    }

    private static BigInteger coordinate(Map<?, ?> members, String name, int octets) {
        byte[] bytes = bytes(members, name);
        if (bytes.length != octets) {
            throw new IllegalArgumentException(name + " has " + bytes.length + " octets, not " + octets);
        }
        return new BigInteger(1, bytes);
    }

    private static BigInteger shortest(Map<?, ?> members, String name) {
        byte[] bytes = bytes(members, name);
        if (bytes.length == 0 || bytes[0] == 0) {
            throw new IllegalArgumentException(name + " is not in its shortest form");
        }
        return new BigInteger(1, bytes);
    }

    private static byte[] bytes(Map<?, ?> members, String name) {
        try {
            return Base64Url.decode(text(members, name));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private static String text(Map<?, ?> members, String name) {
        if (members.get(name) instanceof String value) {
            return value;
        }
        throw new IllegalArgumentException(members.containsKey(name) ? name + " is not a string" : "it has no " + name);
    }

    private static @Nullable Instant instant(Map<?, ?> members, String name) {
        if (!members.containsKey(name)) {
            return null;
        }
        if (members.get(name) instanceof Long seconds && seconds >= 0 && seconds <= SECONDS_MAX) {
            return Instant.ofEpochSecond(seconds);
        }
        throw new IllegalArgumentException(name + " is not a whole number of seconds");
    }
}
