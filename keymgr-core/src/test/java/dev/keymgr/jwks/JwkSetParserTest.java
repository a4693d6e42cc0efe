package dev.keymgr.jwks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keymgr.json.Json;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JwkSetParserTest {
    private static final TestKey EC = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey RSA = TestKey.generate(SigningAlgorithm.RS256);

    private static byte[] document(Map<?, ?>... keys) {
        return Json.render(Map.of("keys", List.of(keys)));
    }

    /** The members of a good key with some replaced; a null removes one. */
    private static Map<String, Object> changed(TestKey key, Map<String, @Nullable Object> changes) {
        Map<String, Object> members = key.jwk().toMembers();
        changes.forEach((name, value) -> {
            if (value == null) {
                members.remove(name);
            } else {
                members.put(name, value);
            }
        });
        return members;
    }

    private static Map<String, @Nullable Object> one(String name, @Nullable Object value) {
        Map<String, @Nullable Object> change = new HashMap<>();
        change.put(name, value);
        return change;
    }

    private static String member(VerificationKey key, String name) {
        return Objects.requireNonNull(key.requiredMembers().get(name));
    }

    private static void assertRefused(byte[] document, String reason) {
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> JwkSetParser.parse(document))
                .withMessageContaining(reason)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DOCUMENT_REFUSED));
        assertThatExceptionOfType(KeymgrException.class).isThrownBy(() -> JwkSetParser.parseOwn(document));
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void readsWhatIsRendered(SigningAlgorithm algorithm) {
        TestKey key = TestKey.generate(algorithm);
        Jwk jwk = new Jwk(
                key.kid(),
                algorithm,
                key.publicKey(),
                Instant.ofEpochSecond(1),
                Instant.ofEpochSecond(2),
                Instant.ofEpochSecond(3));

        assertThat(JwkSetParser.parseOwn(document(jwk.toMembers()))).isEqualTo(JwkSet.of(List.of(jwk)));
        assertThat(JwkSetParser.parse(document(jwk.toMembers())).find(key.kid()))
                .contains(jwk);
    }

    @Test
    void readsAnEmptySet() {
        assertThat(JwkSetParser.parseOwn("{\"keys\":[]}".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(JwkSet.empty());
    }

    static Stream<Arguments> badKeys() {
        VerificationKey.Ec point = (VerificationKey.Ec) EC.publicKey();
        BigInteger prime = new BigInteger("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff", 16);
        String x = member(point, "x");
        BigInteger beside = point.y().add(BigInteger.ONE).mod(prime);
        String notOnCurve = member(new VerificationKey.Ec("P-256", point.x(), beside), "y");
        String n = member(RSA.publicKey(), "n");
        byte[] zeroFirst = new byte[257];
        System.arraycopy(Base64Url.decode(n), 0, zeroFirst, 1, 256);
        Random random = new Random(15_361);
        BigInteger roca = KeyStrengthTest.rocaPrime(random).multiply(KeyStrengthTest.rocaPrime(random));
        VerificationKey weak = new VerificationKey.Rsa(roca, BigInteger.valueOf(65_537));
        return Stream.of(
                Arguments.of(EC, one("alg", null), "no alg"),
                Arguments.of(EC, one("alg", "none"), "alg is none of ours"),
                Arguments.of(EC, one("alg", "HS256"), "alg is none of ours"),
                Arguments.of(EC, one("alg", "es256"), "alg is none of ours"),
                Arguments.of(EC, one("alg", 256), "alg is not a string"),
                Arguments.of(EC, one("alg", "ES384"), "crv"),
                Arguments.of(EC, one("alg", "RS256"), "kty"),
                Arguments.of(RSA, one("alg", "ES256"), "kty"),
                Arguments.of(EC, one("use", null), "no use"),
                Arguments.of(EC, one("use", "enc"), "use"),
                Arguments.of(EC, one("key_ops", List.of("sign")), "key_ops"),
                Arguments.of(EC, one("key_ops", List.of("verify", "sign")), "key_ops"),
                Arguments.of(EC, one("key_ops", "verify"), "key_ops"),
                Arguments.of(EC, one("key_ops", List.of()), "key_ops"),
                Arguments.of(EC, one("kty", "oct"), "kty"),
                Arguments.of(EC, one("crv", "P-384"), "crv"),
                Arguments.of(EC, one("crv", "secp256k1"), "crv"),
                Arguments.of(EC, one("kid", null), "no kid"),
                Arguments.of(EC, one("kid", "1"), "thumbprint"),
                Arguments.of(EC, one("x", null), "no x"),
                Arguments.of(EC, one("x", x + "="), "x: not the canonical"),
                Arguments.of(EC, one("x", x.substring(0, 42)), "x"),
                Arguments.of(EC, one("x", Base64Url.encode(new byte[33])), "33 octets"),
                Arguments.of(EC, one("y", notOnCurve), "not on P-256"),
                Arguments.of(EC, one("y", Base64Url.encode(new byte[32])), "not on P-256"),
                Arguments.of(RSA, one("n", Base64Url.encode(zeroFirst)), "shortest form"),
                Arguments.of(RSA, one("n", Base64Url.encode(new byte[0])), "shortest form"),
                Arguments.of(RSA, one("n", n.substring(0, 172)), "bits"),
                Arguments.of(RSA, one("n", member(weak, "n")), "ROCA"),
                Arguments.of(RSA, one("e", "AQ"), "exponent"),
                Arguments.of(RSA, one("e", "Ag"), "exponent"),
                Arguments.of(RSA, one("e", "AAEAAQ"), "shortest form"),
                Arguments.of(EC, one("exp", "1"), "exp"),
                Arguments.of(EC, one("exp", -1), "exp"),
                Arguments.of(EC, one("nbf", 1.5), "nbf"),
                Arguments.of(EC, one("iat", 253_402_300_800L), "iat"));
    }

    @ParameterizedTest
    @MethodSource("badKeys")
    void refusesADoubtfulKeyAndTheWholeSetWithIt(TestKey key, Map<String, @Nullable Object> change, String reason) {
        assertRefused(document(changed(key, change)), reason);
        assertRefused(
                document(TestKey.generate(SigningAlgorithm.ES384).jwk().toMembers(), changed(key, change)), "key 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})
    void refusesPrivateMembersWithoutRepeatingThem(String member) {
        byte[] document = document(changed(EC, one(member, "s3cret")));

        assertRefused(document, "private member " + member);
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> JwkSetParser.parse(document))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("s3cret"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "[]", "{}", "{\"keys\":{}}", "{\"keys\":[1]}", "{\"keys\":[],\"keys\":[]}", "{\"keys\":[]}x"
            })
    void refusesWhatIsNoKeySet(String text) {
        assertRefused(text.getBytes(StandardCharsets.UTF_8), "key set refused");
    }

    @Test
    void refusesAKidThatComesTwice() {
        assertRefused(document(EC.jwk().toMembers(), EC.jwk().toMembers()), "twice");
    }

    @Test
    void refusesMoreKeysThanAnyScopeHas() {
        List<Map<String, Object>> keys = new ArrayList<>();
        for (int i = 0; i <= JwkSet.KEYS_MAX; i++) {
            keys.add(TestKey.generate(SigningAlgorithm.ES256).jwk().toMembers());
        }

        assertThat(JwkSetParser.parse(Json.render(Map.of("keys", keys.subList(1, keys.size()))))
                        .keys())
                .hasSize(JwkSet.KEYS_MAX);
        assertRefused(Json.render(Map.of("keys", keys)), "more than 100 keys");
    }

    @Test
    void ignoresUnknownMembersInOthersDocumentsAndRefusesThemInOurs() {
        byte[] document = document(changed(EC, one("ext", true)));

        assertThat(JwkSetParser.parse(document).kids()).containsExactly(EC.kid());
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> JwkSetParser.parseOwn(document))
                .withMessageContaining("not ours");
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> JwkSetParser.parseOwn(Json.render(Map.of("keys", List.of(), "x", 1))))
                .withMessageContaining("other than keys");
    }

    @Test
    void refusesInOursAKidThatIsNotTheThumbprint() {
        Kid other = RSA.kid();
        byte[] document = document(changed(EC, one("kid", other.value())));

        assertThat(JwkSetParser.parse(document).kids()).containsExactly(other);
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> JwkSetParser.parseOwn(document))
                .withMessageContaining("thumbprint of its key");
    }

    @Test
    void refusesInOursAMissingKeyOps() {
        byte[] document = document(changed(EC, one("key_ops", null)));

        assertThat(JwkSetParser.parse(document).kids()).containsExactly(EC.kid());
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> JwkSetParser.parseOwn(document))
                .withMessageContaining("key_ops");
    }
}
