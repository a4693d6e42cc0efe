package dev.keymgr.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keymgr.jwks.Jwk;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenVerifierTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
    private static final ScopeName CONSUMER = new ScopeName("consumer");
    private static final ScopeName ENTERPRISE = new ScopeName("enterprise");
    private static final Scope SCOPE = new Scope(ENTERPRISE, "https://enterprise.example", List.of("mail", "files"));
    private static final TestKey OWN = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey FOREIGN = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey FOREIGN_RSA = TestKey.generate(SigningAlgorithm.RS256);
    private static final TestKey STRANGER = TestKey.generate(SigningAlgorithm.ES256);
    private static final VerificationPolicy POLICY = new VerificationPolicy(
            "at+jwt", Set.of("mail"), Duration.ofSeconds(10), Duration.ofSeconds(2), Duration.ofHours(1));

    /** What a verifier is told, changeable. */
    private static final class Told implements TrustedKeys {
        private JwkSet own = JwkSet.of(List.of(jwk(NOW.minusSeconds(3_600), NOW.plusSeconds(3_600))));
        private final Set<Kid> revoked = new HashSet<>();
        private final Map<ScopeName, JwkSet> others =
                new HashMap<>(Map.of(CONSUMER, JwkSet.of(List.of(FOREIGN.jwk(), FOREIGN_RSA.jwk()))));

        @Override
        public JwkSet own() {
            return own;
        }

        @Override
        public Set<Kid> revoked() {
            return revoked;
        }

        @Override
        public Map<ScopeName, JwkSet> others() {
            return others;
        }
    }

    private final Told told = new Told();
    private final MovableClock clock = new MovableClock(NOW);
    private final TokenVerifier verifier = new TokenVerifier(SCOPE, POLICY, told, clock);

    private static Jwk jwk(@Nullable Instant notBefore, @Nullable Instant expires) {
        return new Jwk(OWN.kid(), OWN.algorithm(), OWN.publicKey(), null, notBefore, expires);
    }

    private static Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", "https://enterprise.example");
        claims.put("trust_scope", "enterprise");
        claims.put("sub", "alice");
        claims.put("aud", "mail");
        claims.put("iat", NOW.getEpochSecond());
        claims.put("exp", NOW.getEpochSecond() + 600);
        return claims;
    }

    private static String token(TestKey key, Map<String, ?> claims) {
        return Forge.token(key, Forge.header(key), claims);
    }

    private static String tokenWith(String claim, @Nullable Object value) {
        Map<String, Object> claims = claims();
        claims.put(claim, value);
        return token(OWN, claims);
    }

    private static String tokenWithout(String claim) {
        Map<String, Object> claims = claims();
        claims.remove(claim);
        return token(OWN, claims);
    }

    private Verdict verdict(String token) {
        TokenRejectedException rejection =
                catchThrowableOfType(TokenRejectedException.class, () -> verifier.verify(token));
        return rejection == null ? Verdict.ACCEPTED : rejection.verdict();
    }

    @Test
    void acceptsAGenuineTokenAndSaysInWhichScope() throws TokenRejectedException {
        Map<String, Object> claims = claims();
        claims.put("groups", List.of("a", Map.of("b", 1)));
        VerifiedToken accepted = verifier.verify(token(OWN, claims));

        assertThat(accepted.scope()).isEqualTo(ENTERPRISE);
        assertThat(accepted.issuer()).isEqualTo("https://enterprise.example");
        assertThat(accepted.subject()).contains("alice");
        assertThat(accepted.audience()).containsExactly("mail");
        assertThat(accepted.issuedAt()).isEqualTo(NOW);
        assertThat(accepted.expiresAt()).isEqualTo(NOW.plusSeconds(600));
        assertThat(accepted.claims()).containsEntry("groups", List.of("a", Map.of("b", 1L)));
        assertThat(accepted.toString()).doesNotContain("alice");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> accepted.claims().put("sub", "mallory"));
    }

    @Test
    void namesTheScopeWhoseKeyForgedTheToken() {
        TokenRejectedException incident =
                catchThrowableOfType(TokenRejectedException.class, () -> verifier.verify(token(FOREIGN, claims())));

        assertThat(incident.verdict()).isEqualTo(Verdict.CROSS_SCOPE);
        assertThat(incident.signedBy()).contains(CONSUMER);
        assertThat(incident.reason()).contains("consumer").contains("UNKNOWN_KEY");
    }

    @Test
    void recognisesAForeignKeyUnderACopiedOrInventedKid() {
        Map<String, Object> header = Forge.header(FOREIGN);
        header.put("kid", OWN.kid().value());
        assertThat(verdict(Forge.token(FOREIGN, header, claims()))).isEqualTo(Verdict.CROSS_SCOPE);

        header.put("kid", "invented");
        assertThat(verdict(Forge.token(FOREIGN, header, claims()))).isEqualTo(Verdict.CROSS_SCOPE);

        header.put("kid", FOREIGN_RSA.kid().value());
        assertThat(verdict(Forge.token(FOREIGN, header, claims()))).isEqualTo(Verdict.CROSS_SCOPE);

        header.put("typ", "JWT");
        assertThat(verdict(Forge.token(FOREIGN, header, claims()))).isEqualTo(Verdict.CROSS_SCOPE);

        assertThat(verdict(token(FOREIGN_RSA, claims()))).isEqualTo(Verdict.CROSS_SCOPE);
    }

    @Test
    void neverAcceptsBecauseOfAnotherScopesKeys() {
        told.own = JwkSet.empty();
        told.others.put(CONSUMER, JwkSet.of(List.of(OWN.jwk())));

        assertThat(verdict(token(OWN, claims()))).isEqualTo(Verdict.CROSS_SCOPE);
    }

    @Test
    void doesNotSpeakOfAnotherScopeWhenNoneOfItsKeysSigned() {
        assertThat(verdict(token(STRANGER, claims()))).isEqualTo(Verdict.UNKNOWN_KEY);
        assertThat(verdict(Forge.token(STRANGER, Forge.header(OWN), claims()))).isEqualTo(Verdict.BAD_SIGNATURE);
        assertThat(verdict(Forge.token(STRANGER, Forge.header(FOREIGN), claims())))
                .isEqualTo(Verdict.UNKNOWN_KEY);
    }

    @Test
    void spendsABoundedNumberOfChecksOnARejectedToken() {
        List<Jwk> many = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            many.add(TestKey.generate(SigningAlgorithm.ES256).jwk());
        }
        many.add(FOREIGN.jwk());
        told.others.put(CONSUMER, JwkSet.of(many));

        assertThat(verdict(token(FOREIGN, claims()))).as("named by its kid").isEqualTo(Verdict.CROSS_SCOPE);
        assertThat(verdict(token(STRANGER, claims()))).isEqualTo(Verdict.UNKNOWN_KEY);
    }

    @Test
    void refusesAnotherType() {
        Map<String, Object> header = Forge.header(OWN);
        for (String type : List.of("JWT", "AT+JWT", "application/at+jwt", "logout+jwt", "")) {
            header.put("typ", type);
            assertThat(verdict(Forge.token(OWN, header, claims()))).as(type).isEqualTo(Verdict.WRONG_TYPE);
        }
        header.remove("typ");
        assertThat(verdict(Forge.token(OWN, header, claims()))).isEqualTo(Verdict.WRONG_TYPE);
    }

    @Test
    void refusesARevokedKeyWhetherOrNotItIsStillListed() {
        told.revoked.add(OWN.kid());
        assertThat(verdict(token(OWN, claims()))).isEqualTo(Verdict.REVOKED_KEY);

        told.own = JwkSet.empty();
        assertThat(verdict(token(OWN, claims()))).isEqualTo(Verdict.REVOKED_KEY);

        Map<String, Object> header = Forge.header(OWN);
        header.put("kid", "no thumbprint at all");
        assertThat(verdict(Forge.token(OWN, header, claims()))).isEqualTo(Verdict.UNKNOWN_KEY);
    }

    @Test
    void refusesAKeyFromTheInstantOfItsEndOn() {
        told.own = JwkSet.of(List.of(jwk(null, NOW.plusSeconds(1))));
        assertThat(verdict(token(OWN, claims()))).isEqualTo(Verdict.ACCEPTED);

        clock.advance(Duration.ofSeconds(1));
        assertThat(verdict(token(OWN, claims()))).isEqualTo(Verdict.EXPIRED_KEY);
    }

    @ParameterizedTest
    @CsvSource({"0, ACCEPTED", "2, ACCEPTED", "3, EXPIRED_KEY"})
    void refusesATokenOlderThanItsKeysFirstUseLessSkew(long secondsBefore, Verdict expected) {
        told.own = JwkSet.of(List.of(jwk(NOW, null)));

        assertThat(verdict(tokenWith("iat", NOW.getEpochSecond() - secondsBefore)))
                .isEqualTo(expected);
    }

    @Test
    void usesAChangedSetFromTheNextTokenOn() {
        assertThat(verdict(token(OWN, claims()))).isEqualTo(Verdict.ACCEPTED);
        told.own = JwkSet.of(List.of(STRANGER.jwk()));

        assertThat(verdict(token(OWN, claims()))).isEqualTo(Verdict.UNKNOWN_KEY);
        assertThat(verdict(token(STRANGER, claims()))).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void refusesAnotherIssuer() {
        assertThat(verdict(tokenWith("iss", "https://consumer.example"))).isEqualTo(Verdict.WRONG_ISSUER);
        assertThat(verdict(tokenWith("iss", "https://enterprise.example/"))).isEqualTo(Verdict.WRONG_ISSUER);
        assertThat(verdict(tokenWithout("iss"))).isEqualTo(Verdict.WRONG_ISSUER);
        assertThat(verdict(tokenWith("iss", 1))).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void refusesATokenThatNamesAnotherScopeOrNone() {
        assertThat(verdict(tokenWith("trust_scope", "consumer"))).isEqualTo(Verdict.WRONG_SCOPE);
        assertThat(verdict(tokenWithout("trust_scope"))).isEqualTo(Verdict.WRONG_SCOPE);
    }

    @Test
    void refusesATokenForOthers() {
        assertThat(verdict(tokenWith("aud", "files")))
                .as("the scope's, not this verifier's")
                .isEqualTo(Verdict.WRONG_AUDIENCE);
        assertThat(verdict(tokenWith("aud", List.of()))).isEqualTo(Verdict.WRONG_AUDIENCE);
        assertThat(verdict(tokenWithout("aud"))).isEqualTo(Verdict.WRONG_AUDIENCE);
        assertThat(verdict(tokenWith("aud", List.of("files", "mail")))).isEqualTo(Verdict.ACCEPTED);
        assertThat(verdict(tokenWith("aud", null))).isEqualTo(Verdict.MALFORMED);
        assertThat(verdict(tokenWith("aud", List.of("mail", 1)))).isEqualTo(Verdict.MALFORMED);
        assertThat(verdict(tokenWith("aud", Collections.singletonList(null)))).isEqualTo(Verdict.MALFORMED);
    }

    @ParameterizedTest
    @CsvSource({
        // exp + leeway of 10 s, exclusive
        "exp, -10, OUTSIDE_TIME",
        "exp, -9, ACCEPTED",
        // leeway + skew of 12 s, inclusive
        "nbf, 12, ACCEPTED",
        "nbf, 13, OUTSIDE_TIME",
        "iat, 12, ACCEPTED",
        "iat, 13, OUTSIDE_TIME",
    })
    void judgesTimeToTheSecond(String claim, long secondsFromNow, Verdict expected) {
        Map<String, Object> claims = claims();
        claims.put("iat", NOW.getEpochSecond() - 60);
        claims.put(claim, NOW.getEpochSecond() + secondsFromNow);

        assertThat(verdict(token(OWN, claims))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"3600, ACCEPTED", "3601, OUTSIDE_TIME", "-1, OUTSIDE_TIME"})
    void refusesATokenMadeToLiveTooLong(long lifetime, Verdict expected) {
        assertThat(verdict(tokenWith("exp", NOW.getEpochSecond() + lifetime))).isEqualTo(expected);
    }

    @Test
    void demandsAnEndAndABeginning() {
        assertThat(verdict(tokenWithout("exp"))).isEqualTo(Verdict.OUTSIDE_TIME);
        assertThat(verdict(tokenWithout("iat"))).isEqualTo(Verdict.OUTSIDE_TIME);
        for (Object bad : new Object[] {"1795255200", true, -1, 1e300, List.of(1), Map.of()}) {
            assertThat(verdict(tokenWith("exp", bad))).as(String.valueOf(bad)).isEqualTo(Verdict.MALFORMED);
        }
        assertThat(verdict(tokenWith("exp", null))).isEqualTo(Verdict.MALFORMED);
        assertThat(verdict(tokenWith("exp", NOW.getEpochSecond() + 0.5))).isEqualTo(Verdict.ACCEPTED);
    }

    @Test
    void refusesClaimsThatAreNotOneStrictObject() {
        String header = "{\"alg\":\"ES256\",\"typ\":\"at+jwt\",\"kid\":\"" + OWN.kid() + "\"}";
        String twice = "{\"iss\":\"https://enterprise.example\",\"iss\":\"https://enterprise.example\"}";

        for (String payload : List.of(twice, "", "[]", "null", "x", "{} ", "{}{}")) {
            assertThat(verdict(Forge.token(OWN, header, payload)))
                    .as(payload)
                    .isEqualTo(payload.equals("{} ") ? Verdict.WRONG_ISSUER : Verdict.MALFORMED);
        }
        assertThat(verdict(tokenWith("sub", 1))).isEqualTo(Verdict.MALFORMED);
    }

    @Test
    void looksAtNoClaimBeforeTheSignatureHolds() {
        String token = tokenWith("exp", "rubbish");
        String broken = Forge.withSignature(token, OWN.sign(new byte[] {1}));

        assertThat(verdict(broken)).isEqualTo(Verdict.BAD_SIGNATURE);
    }

    @Test
    void isNotBuiltForAnAudienceThatIsNotTheScopes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TokenVerifier(
                        SCOPE, VerificationPolicy.accessTokens(Set.of("calendar"), Duration.ofHours(1)), told, clock));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VerificationPolicy.accessTokens(Set.of(), Duration.ofHours(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new VerificationPolicy(
                        "at+jwt", Set.of("mail"), Duration.ofHours(1), Duration.ZERO, Duration.ofHours(1)));
    }
}
