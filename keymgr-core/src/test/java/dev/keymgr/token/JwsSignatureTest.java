package dev.keymgr.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keymgr.jwks.Base64Url;
import dev.keymgr.jwks.Curve;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures that are nearly right. */
class JwsSignatureTest {
    private static final Map<SigningAlgorithm, TestKey> KEYS = new EnumMap<>(SigningAlgorithm.class);

    static {
        for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
            KEYS.put(algorithm, TestKey.generate(algorithm));
        }
    }

    private static final JwsVerifier VERIFIER =
            new JwsVerifier(JwkSet.of(KEYS.values().stream().map(TestKey::jwk).toList()));

    private static TestKey key(SigningAlgorithm algorithm) {
        return Objects.requireNonNull(KEYS.get(algorithm));
    }

    private static String good(TestKey key) {
        return Forge.token(key, Forge.header(key), Map.of("a", 1));
    }

    private static Verdict verdict(String token) {
        TokenRejectedException rejection =
                catchThrowableOfType(TokenRejectedException.class, () -> VERIFIER.verify(token));
        return rejection == null ? Verdict.ACCEPTED : rejection.verdict();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ES256", "ES384"})
    void refusesScalarsOutOfRange(String algorithm) {
        TestKey key = key(SigningAlgorithm.valueOf(algorithm));
        Curve curve = Curve.of((VerificationKey.Ec) key.publicKey());
        int half = curve.coordinateBytes();
        String token = good(key);
        byte[] signature = Base64Url.decode(token.substring(token.lastIndexOf('.') + 1));
        byte[] r = Arrays.copyOfRange(signature, 0, half);
        byte[] s = Arrays.copyOfRange(signature, half, 2 * half);
        byte[] zero = new byte[half];
        byte[] order = fixed(curve.order(), half);
        byte[] all = new byte[half];
        Arrays.fill(all, (byte) 0xFF);

        assertThat(verdict(Forge.withSignature(token, joined(r, s)))).isEqualTo(Verdict.ACCEPTED);
        for (byte[] bad : List.of(
                joined(zero, zero),
                joined(zero, s),
                joined(r, zero),
                joined(order, s),
                joined(r, order),
                joined(order, order),
                joined(r, all),
                joined(s, r),
                r,
                joined(joined(r, s), new byte[1]),
                joined(new byte[1], joined(r, s)),
                new byte[0])) {
            assertThat(verdict(Forge.withSignature(token, bad))).isEqualTo(Verdict.BAD_SIGNATURE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "PS256"})
    void refusesRsaSignaturesOfAnotherLengthThanTheModulus(String algorithm) {
        TestKey key = key(SigningAlgorithm.valueOf(algorithm));
        String token = good(key);
        byte[] signature = Base64Url.decode(token.substring(token.lastIndexOf('.') + 1));
        byte[] full = new byte[256];
        Arrays.fill(full, (byte) 0xFF);

        for (byte[] bad : List.of(
                joined(new byte[1], signature),
                joined(signature, new byte[1]),
                Arrays.copyOf(signature, 255),
                new byte[256],
                full,
                new byte[0])) {
            assertThat(verdict(Forge.withSignature(token, bad))).isEqualTo(Verdict.BAD_SIGNATURE);
        }
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void refusesEverySingleBitFlip(SigningAlgorithm algorithm) {
        long seed = 7_515L + algorithm.bits();
        System.out.println("JwsSignatureTest bit flips " + algorithm + " seed " + seed);
        Random random = new Random(seed);
        TestKey key = key(algorithm);
        Map<String, Object> claims = new HashMap<>();
        for (int i = 0; i < 3; i++) {
            claims.put("claim" + random.nextInt(1_000), random.nextLong());
        }
        String token = Forge.token(key, Forge.header(key), claims);

        assertThat(verdict(token)).isEqualTo(Verdict.ACCEPTED);
        for (int at = 0; at < token.length(); at++) {
            // Every bit where a check is fast, one of the eight where it is not.
            int only = algorithm == SigningAlgorithm.ES384 ? random.nextInt(8) : -1;
            for (int bit = 0; bit < 8; bit++) {
                if (only >= 0 && bit != only) {
                    continue;
                }
                char[] flipped = token.toCharArray();
                flipped[at] ^= (char) (1 << bit);

                assertThat(verdict(new String(flipped)))
                        .as("bit " + bit + " at " + at)
                        .isNotEqualTo(Verdict.ACCEPTED);
            }
        }
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    private static byte[] fixed(BigInteger value, int octets) {
        byte[] bytes = value.toByteArray();
        return Arrays.copyOfRange(bytes, bytes.length - octets, bytes.length);
    }
}
