package dev.keymgr.token;

import static dev.keymgr.token.TestIssuer.DRAIN;
import static dev.keymgr.token.TestIssuer.FIRST;
import static dev.keymgr.token.TestIssuer.NAME;
import static dev.keymgr.token.TestIssuer.NOW;
import static dev.keymgr.token.TestIssuer.POLICY;
import static dev.keymgr.token.TestIssuer.SCOPE;
import static dev.keymgr.token.TestIssuer.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.jwks.TestKeyrings;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenSignerTest {
    private static final Scope WIDE = new Scope(NAME, "https://consumer.example", List.of("mail", "files"));

    private final TestIssuer issuer = new TestIssuer();

    private static Map<String, @Nullable Object> claim(String name, @Nullable Object value) {
        Map<String, @Nullable Object> claims = new HashMap<>();
        claims.put(name, value);
        return claims;
    }

    // ---- what it signs

    @Test
    void setsHeaderIssuerAudienceTimesAndIdItself() {
        String token = issuer.signer().sign(Map.of("sub", "alice"));

        assertThat(TestIssuer.part(token, 0))
                .containsExactly(
                        Map.entry("alg", "ES256"),
                        Map.entry("typ", "at+jwt"),
                        Map.entry("kid", FIRST.kid().value()));
        Map<String, Object> claims = TestIssuer.part(token, 1);
        assertThat(claims.keySet()).containsExactly("iss", "trust_scope", "sub", "aud", "iat", "exp", "jti");
        assertThat(claims)
                .containsEntry("iss", "https://consumer.example")
                .containsEntry("trust_scope", "consumer")
                .containsEntry("aud", "mail")
                .containsEntry("iat", NOW.getEpochSecond())
                .containsEntry("exp", NOW.getEpochSecond() + 300);
        assertThat(String.valueOf(claims.get("jti"))).hasSize(22);
    }

    @Test
    void givesEachTokenAnIdOfItsOwnUnlessToldOne() {
        assertThat(TestIssuer.part(issuer.signer().sign(Map.of()), 1).get("jti"))
                .isNotEqualTo(TestIssuer.part(issuer.signer().sign(Map.of()), 1).get("jti"));
        assertThat(TestIssuer.part(issuer.signer().sign(Map.of("jti", "mine")), 1))
                .containsEntry("jti", "mine");
    }

    @Test
    void makesTokensThatTheVerifierOfItsScopeAccepts() throws TokenRejectedException {
        TrustedKeys trusted = new TrustedKeys() {
            @Override
            public JwkSet own() {
                return JwkSet.of(List.of(FIRST.jwk()));
            }

            @Override
            public Set<Kid> revoked() {
                return Set.of();
            }

            @Override
            public Map<ScopeName, JwkSet> others() {
                return Map.of();
            }
        };
        TokenVerifier verifier = new TokenVerifier(
                SCOPE,
                VerificationPolicy.accessTokens(Set.of("mail"), Duration.ofMinutes(30)),
                trusted,
                issuer.clock());

        VerifiedToken accepted = verifier.verify(
                issuer.signer().sign("{\"sub\":\"alice\",\"x\":[1,null]}".getBytes(StandardCharsets.UTF_8)));

        assertThat(accepted.subject()).contains("alice");
        assertThat(accepted.claims()).containsKey("x");
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void makesTokensThatAnotherLibraryVerifies(SigningAlgorithm algorithm) throws Exception {
        TestKey key = TestKey.generate(algorithm);
        issuer.have(TestKeyrings.active(NAME, key, NOW));
        issuer.hold(key);
        TokenSigner other = issuer.signer(
                SCOPE,
                new SigningPolicy(List.of(algorithm), "at+jwt", DRAIN, Duration.ofMinutes(5), Duration.ofDays(1)));
        JWSVerifier theirs = algorithm.isEllipticCurve()
                ? new ECDSAVerifier((ECPublicKey) key.pair().getPublic())
                : new RSASSAVerifier((RSAPublicKey) key.pair().getPublic());
        for (int i = 0; i < 20; i++) {
            SignedJWT token = SignedJWT.parse(other.sign(Map.of("n", i, "text", "é😀")));

            assertThat(token.verify(theirs)).isTrue();
            assertThat(token.getJWTClaimsSet().getAudience()).containsExactly("mail");
            assertThat(token.getJWTClaimsSet().getStringClaim("text")).isEqualTo("é😀");
        }
    }

    // ---- what it refuses

    @Test
    void refusesClaimsThatAreTheSignersOrBeyondTheScope() {
        long now = NOW.getEpochSecond();
        List<Object[]> refused = List.of(
                new Object[] {"iss", "https://enterprise.example"},
                new Object[] {"iss", 1},
                new Object[] {"iat", now},
                new Object[] {"aud", "files"},
                new Object[] {"aud", List.of("mail", "files")},
                new Object[] {"aud", List.of()},
                new Object[] {"aud", 1},
                new Object[] {"sub", ""},
                new Object[] {"sub", 1},
                new Object[] {"jti", List.of()},
                new Object[] {"exp", now},
                new Object[] {"exp", now + 1_801},
                new Object[] {"exp", Long.MAX_VALUE},
                new Object[] {"exp", "soon"},
                new Object[] {"exp", now + 0.5},
                new Object[] {"nbf", now + 300},
                new Object[] {"nbf", "now"},
                new Object[] {"x", new Object()},
                new Object[] {"x", Double.NaN},
                new Object[] {"x", "y".repeat(12_000)});
        for (Object[] claim : refused) {
            issuer.assertRefused(ErrorCode.CLAIMS_REFUSED, Map.of((String) claim[0], claim[1]));
        }
        for (String name : List.of("iss", "aud", "sub", "exp", "nbf", "jti", "iat")) {
            issuer.assertRefused(ErrorCode.CLAIMS_REFUSED, claim(name, null));
        }
    }

    @Test
    void refusesJsonThatIsNotOneStrictObject() {
        for (String json : List.of("", "[]", "1", "{\"a\":1,\"a\":2}", "{} x")) {
            KeymgrException refusal = catchThrowableOfType(
                    KeymgrException.class, () -> issuer.signer().sign(json.getBytes(StandardCharsets.UTF_8)));

            assertThat(refusal.code()).isEqualTo(ErrorCode.CLAIMS_REFUSED);
        }
    }

    @Test
    void signsUpToTheLongestLifetimeAndSetsTheOneAskedFor() {
        long now = NOW.getEpochSecond();

        assertThat(TestIssuer.part(issuer.signer().sign(Map.of("exp", now + 1_800)), 1))
                .containsEntry("exp", now + 1_800);
        assertThat(TestIssuer.part(issuer.signer().signFor(Duration.ofMinutes(30), Map.of()), 1))
                .containsEntry("exp", now + 1_800);
        assertThat(TestIssuer.part(issuer.signer().signFor(Duration.ofSeconds(1), Map.of()), 1))
                .containsEntry("exp", now + 1);
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(1_801))) {
            assertThatExceptionOfType(KeymgrException.class)
                    .isThrownBy(() -> issuer.signer().signFor(wrong, Map.of()));
        }
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> issuer.signer().signFor(Duration.ofSeconds(9), Map.of("exp", now + 9)));
    }

    @Test
    void keepsToTheLifetimeRecordedWithTheKeyWhenThatIsShorter() throws NoSuchAlgorithmException {
        SigningPolicy generous = new SigningPolicy(
                List.of(SigningAlgorithm.ES256), "at+jwt", DRAIN, Duration.ofHours(10), Duration.ofDays(100));
        TokenSigner eager = issuer.signer(SCOPE, generous);
        long longest = TestKeyrings.TOKEN_LIFETIME.toSeconds();

        assertThat(eager.sign(Map.of("exp", NOW.getEpochSecond() + longest))).isNotEmpty();
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> eager.sign(Map.of("exp", NOW.getEpochSecond() + longest + 1)));
    }

    @Test
    void needsAnAudienceWhereTheScopeHasSeveral() throws NoSuchAlgorithmException {
        TokenSigner wide = issuer.signer(WIDE, POLICY);

        assertThatExceptionOfType(KeymgrException.class).isThrownBy(() -> wide.sign(Map.of()));
        assertThat(TestIssuer.part(wide.sign(Map.of("aud", "files")), 1)).containsEntry("aud", "files");
        assertThat(TestIssuer.part(wide.sign(Map.of("aud", List.of("files", "mail"))), 1))
                .containsEntry("aud", List.of("files", "mail"));
    }

    @Test
    void stopsAtTheGreatestAgeOfTheKey() {
        issuer.clock().advance(POLICY.keyAgeMax().minusSeconds(1));
        assertThat(issuer.signedKid()).isEqualTo(FIRST.kid().value());

        issuer.clock().advance(Duration.ofSeconds(1));
        issuer.assertRefused(ErrorCode.STALE, Map.of());
    }

    @Test
    void refusesTheKeyringOfAnotherScope() {
        issuer.have(TestKeyrings.active(new ScopeName("enterprise"), SECOND, NOW));

        assertThatIllegalStateException()
                .isThrownBy(() -> issuer.signer().sign(Map.of()))
                .withMessageContaining("ScopesNeverMix");
    }

    @Test
    void isNotBuiltWithAnImpossiblePolicy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SigningPolicy(List.of(), "at+jwt", DRAIN, DRAIN, DRAIN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SigningPolicy(
                        List.of(SigningAlgorithm.ES256), "at+jwt", Duration.ofMillis(999), DRAIN, DRAIN));
    }
}
