package dev.keymgr.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.jwks.Jwk;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.interfaces.ECPrivateKey;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class JwsVerifierTest {
    private static final TestKey EC = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey EC384 = TestKey.generate(SigningAlgorithm.ES384);
    private static final TestKey RSA = TestKey.generate(SigningAlgorithm.RS256);
    private static final TestKey PSS = TestKey.generate(SigningAlgorithm.PS256);
    private static final TestKey STRANGER = TestKey.generate(SigningAlgorithm.ES256);
    private static final JwsVerifier VERIFIER =
            new JwsVerifier(JwkSet.of(List.of(EC.jwk(), EC384.jwk(), RSA.jwk(), PSS.jwk())));
    private static final String PAYLOAD = "{\"a\":1}";

    private static TestKey key(SigningAlgorithm algorithm) {
        return switch (algorithm) {
            case ES256 -> EC;
            case ES384 -> EC384;
            case RS256 -> RSA;
            case PS256 -> PSS;
        };
    }

    private static String good(TestKey key) {
        return Forge.token(key, Forge.header(key), Map.of("a", 1));
    }

    private static Verdict verdict(String token) {
        TokenRejectedException rejection =
                catchThrowableOfType(TokenRejectedException.class, () -> VERIFIER.verify(token));
        return rejection == null ? Verdict.ACCEPTED : rejection.verdict();
    }

    private static String headerWith(TestKey key, String name, Object value) {
        Map<String, Object> header = Forge.header(key);
        header.put(name, value);
        return Forge.token(key, header, Map.of("a", 1));
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void acceptsWhatTheKeySignedAndGivesBackThePayload(SigningAlgorithm algorithm) throws TokenRejectedException {
        TestKey key = key(algorithm);
        VerifiedJws verified = VERIFIER.verify(good(key));

        assertThat(verified.payload()).asString(StandardCharsets.UTF_8).isEqualTo(PAYLOAD);
        assertThat(verified.kid()).isEqualTo(key.kid());
        assertThat(verified.type()).contains("at+jwt");
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void acceptsWhatAnotherLibrarySigned(SigningAlgorithm algorithm) throws JOSEException, TokenRejectedException {
        TestKey key = key(algorithm);
        JWSSigner signer = algorithm.isEllipticCurve()
                ? new ECDSASigner((ECPrivateKey) key.pair().getPrivate())
                : new RSASSASigner(key.pair().getPrivate());
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.parse(algorithm.name()))
                .keyID(key.kid().value())
                .build();
        for (int i = 0; i < 20; i++) {
            JWSObject theirs = new JWSObject(header, new Payload("any bytes " + i));
            theirs.sign(signer);

            assertThat(VERIFIER.verify(theirs.serialize()).payload())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("any bytes " + i);
        }
    }

    /** RFC 7515 A.2 and A.3. Their headers have no kid, so only the signature is checked here. */
    @Test
    void verifiesTheExamplesInRfc7515() {
        String claims =
                "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
        VerificationKey rsa = new VerificationKey.Rsa(
                number("ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4Q"
                        + "lL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYU"
                        + "sLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmou"
                        + "dF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ"),
                BigInteger.valueOf(65_537));
        String rsaSignature =
                "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJ"
                        + "dbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZR"
                        + "mB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9"
                        + "Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
        VerificationKey ec = new VerificationKey.Ec(
                "P-256",
                number("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"),
                number("x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"));
        String ecSignature = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

        assertThat(verifies(SigningAlgorithm.RS256, rsa, "eyJhbGciOiJSUzI1NiJ9." + claims, rsaSignature))
                .isTrue();
        assertThat(verifies(SigningAlgorithm.ES256, ec, "eyJhbGciOiJFUzI1NiJ9." + claims, ecSignature))
                .isTrue();
        assertThat(verifies(SigningAlgorithm.ES256, ec, "eyJhbGciOiJFUzI1NiJ8." + claims, ecSignature))
                .isFalse();
    }

    private static BigInteger number(String base64url) {
        return new BigInteger(1, Base64Url.decode(base64url));
    }

    private static boolean verifies(SigningAlgorithm algorithm, VerificationKey key, String input, String signature) {
        return new TrustedKey(new Jwk(Kid.of(key), algorithm, key, null, null, null))
                .verifies(input.getBytes(StandardCharsets.US_ASCII), Base64Url.decode(signature));
    }

    static Stream<Arguments> attacks() {
        String good = good(EC);
        String[] parts = good.split("\\.", -1);
        String kid = EC.kid().value();
        byte[] signature = Base64Url.decode(parts[2]);
        String start = "{\"alg\":\"ES256\",\"kid\":\"" + kid + "\"";
        String json = "{\"payload\":\"" + parts[1] + "\",\"protected\":\"" + parts[0] + "\",\"signature\":\"" + parts[2]
                + "\"}";
        return Stream.of(
                Arguments.of("nothing", ""),
                Arguments.of("two parts", parts[0] + '.' + parts[1]),
                Arguments.of("four parts", good + '.'),
                Arguments.of("five parts", good + ".a.b"),
                Arguments.of("trailing line feed", good + '\n'),
                Arguments.of("leading blank", ' ' + good),
                Arguments.of("JSON serialization", json),
                Arguments.of("padded header", parts[0] + '=' + '.' + parts[1] + '.' + parts[2]),
                Arguments.of("padded signature", good + "=="),
                Arguments.of(
                        "standard alphabet",
                        parts[0] + '.' + parts[1] + '.' + Base64.getEncoder().encodeToString(signature)),
                Arguments.of("no header", '.' + parts[1] + '.' + parts[2]),
                Arguments.of("array for a header", Forge.token(EC, "[]", PAYLOAD)),
                Arguments.of("text for a header", Forge.token(EC, "x", PAYLOAD)),
                Arguments.of(
                        "alg none", Forge.part("{\"alg\":\"none\",\"kid\":\"" + kid + "\"}") + '.' + parts[1] + '.'),
                Arguments.of("alg NoNe", Forge.token(EC, start.replace("ES256", "NoNe") + "}", PAYLOAD)),
                Arguments.of("alg HS256", Forge.token(EC, start.replace("ES256", "HS256") + "}", PAYLOAD)),
                Arguments.of("alg es256", Forge.token(EC, start.replace("ES256", "es256") + "}", PAYLOAD)),
                Arguments.of("no alg", Forge.token(EC, "{\"kid\":\"" + kid + "\"}", PAYLOAD)),
                Arguments.of("alg a number", Forge.token(EC, "{\"alg\":256,\"kid\":\"" + kid + "\"}", PAYLOAD)),
                Arguments.of("alg twice", Forge.token(EC, start + ",\"alg\":\"ES256\"}", PAYLOAD)),
                Arguments.of("alg twice, escaped", Forge.token(EC, start + ",\"\\u0061lg\":\"none\"}", PAYLOAD)),
                Arguments.of("kid twice", Forge.token(EC, start + ",\"kid\":\"" + kid + "\"}", PAYLOAD)),
                Arguments.of("no kid", Forge.token(EC, "{\"alg\":\"ES256\"}", PAYLOAD)),
                Arguments.of("kid null", Forge.token(EC, "{\"alg\":\"ES256\",\"kid\":null}", PAYLOAD)),
                Arguments.of("kid an array", Forge.token(EC, "{\"alg\":\"ES256\",\"kid\":[\"" + kid + "\"]}", PAYLOAD)),
                Arguments.of("typ a number", headerWith(EC, "typ", 1)),
                Arguments.of("crit", headerWith(EC, "crit", List.of("exp"))),
                Arguments.of("empty crit", headerWith(EC, "crit", List.of())),
                Arguments.of("b64 false", headerWith(EC, "b64", false)),
                Arguments.of("b64 true", headerWith(EC, "b64", true)),
                Arguments.of("jku bait", headerWith(EC, "jku", "https://evil.example/jwks.json")),
                Arguments.of("x5u bait", headerWith(EC, "x5u", "https://evil.example/cert.pem")),
                Arguments.of(
                        "embedded key", headerWith(EC, "jwk", STRANGER.jwk().toMembers())),
                Arguments.of("embedded certificate", headerWith(EC, "x5c", List.of("MIIB"))),
                Arguments.of("x5t", headerWith(EC, "x5t", "AA")),
                Arguments.of("x5t#S256", headerWith(EC, "x5t#S256", "AA")),
                Arguments.of("byte order mark", Forge.token(EC, "\uFEFF" + start + "}", PAYLOAD)),
                Arguments.of("header followed by more", Forge.token(EC, start + "}{}", PAYLOAD)),
                Arguments.of(
                        "oversized", Forge.token(EC, start + "}", "x".repeat(JwsVerifier.CHARACTERS_MAX * 3 / 4))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void findsMalformed(String attack, String token) {
        assertThat(verdict(good(EC))).isEqualTo(Verdict.ACCEPTED);
        assertThat(verdict(token)).as(attack).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void acceptsATokenOfTheGreatestSizeAndRefusesOneCharacterMore() {
        Map<String, Object> header = Forge.header(EC);
        int length = Forge.token(EC, header, Map.of("a", "")).length();
        String filled = "";
        while (length < JwsVerifier.CHARACTERS_MAX - 4) {
            filled = "x".repeat(filled.length() + (JwsVerifier.CHARACTERS_MAX - length) * 3 / 4);
            length = Forge.token(EC, header, Map.of("a", filled)).length();
        }

        assertThat(length).isBetween(JwsVerifier.CHARACTERS_MAX - 4, JwsVerifier.CHARACTERS_MAX);
        assertThat(verdict(Forge.token(EC, header, Map.of("a", filled)))).isEqualTo(Verdict.ACCEPTED);
        assertThat(verdict(Forge.token(EC, header, Map.of("a", filled + "xxxx"))))
                .isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void refusesADetachedPayload() {
        String good = good(EC);

        assertThat(verdict(good.substring(0, good.indexOf('.')) + '.' + good.substring(good.lastIndexOf('.'))))
                .isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void knowsNoKeyOutsideItsSet() {
        assertThat(verdict(good(STRANGER))).isEqualTo(Verdict.UNKNOWN_KEY);
        assertThat(verdict(headerWith(EC, "kid", ""))).isEqualTo(Verdict.UNKNOWN_KEY);
        assertThat(verdict(headerWith(EC, "kid", "../../etc/passwd"))).isEqualTo(Verdict.UNKNOWN_KEY);
        assertThat(verdict(headerWith(EC, "kid", EC.kid().value().toLowerCase(java.util.Locale.ROOT) + " ")))
                .isEqualTo(Verdict.UNKNOWN_KEY);
    }

    @Test
    void refusesAKeyForAnyAlgorithmButItsOwn() {
        TestKey rsaAsPss = new TestKey(SigningAlgorithm.PS256, RSA.pair());

        assertThat(verdict(Forge.token(rsaAsPss, Forge.header(rsaAsPss), Map.of())))
                .isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(verdict(headerWith(EC, "alg", "RS256"))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(verdict(headerWith(RSA, "alg", "ES256"))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(verdict(headerWith(EC, "alg", "ES384"))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void refusesAKidCopiedFromAKeyOfTheSet() {
        assertThat(verdict(Forge.token(STRANGER, Forge.header(EC), Map.of()))).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void refusesRandomRubbishWithoutAnyOtherError() {
        long seed = 8_725;
        System.out.println("JwsVerifierTest rubbish seed " + seed);
        Random random = new Random(seed);
        String token = good(EC);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder mutated = new StringBuilder(token);
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                int at = random.nextInt(mutated.length());
                switch (random.nextInt(3)) {
                    case 0 -> mutated.deleteCharAt(at);
                    case 1 -> mutated.insert(at, (char) random.nextInt(0x1_0000));
                    default -> mutated.setCharAt(at, (char) (33 + random.nextInt(94)));
                }
            }
            String text = mutated.toString();

            assertThat(verdict(text)).isNotEqualTo(text.equals(token) ? Verdict.MALFORMED : Verdict.ACCEPTED);
        }
    }

    @Test
    void saysNothingOfTheTokenInItsReason() {
        String token = Forge.token(EC, "{\"alg\":\"hunter2\",\"kid\":\"hunter2\"}", "hunter2");
        TokenRejectedException rejection =
                catchThrowableOfType(TokenRejectedException.class, () -> VERIFIER.verify(token));

        assertThat(rejection.getMessage()).doesNotContain("hunter2");
        assertThat(rejection.getStackTrace()).isEmpty();
    }
}
