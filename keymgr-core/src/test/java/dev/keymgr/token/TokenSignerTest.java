package dev.keymgr.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import dev.keymgr.json.Json;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.jwks.TestKeyrings;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TokenSignerTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.900Z");
    private static final Duration DRAIN = Duration.ofSeconds(40);
    private static final ScopeName NAME = new ScopeName("consumer");
    private static final Scope SCOPE = new Scope(NAME, "https://consumer.example", List.of("mail"));
    private static final Scope WIDE = new Scope(NAME, "https://consumer.example", List.of("mail", "files"));
    private static final TestKey FIRST = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey SECOND = TestKey.generate(SigningAlgorithm.ES256);
    private static final SigningPolicy POLICY = new SigningPolicy(
            List.of(SigningAlgorithm.ES256, SigningAlgorithm.RS256),
            "at+jwt",
            DRAIN,
            Duration.ofMinutes(30),
            Duration.ofDays(100));

    private final MovableClock clock = new MovableClock(NOW);
    private final MemoryHsm hsm = new MemoryHsm();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile Keyring keyring = TestKeyrings.active(NAME, FIRST, NOW);
    private volatile @Nullable KeymgrException storeError;
    private final TokenSigner signer = signer(SCOPE, POLICY);

    TokenSignerTest() throws NoSuchAlgorithmException {
        hsm.put(keyring.require(FIRST.kid()), FIRST);
    }

    private TokenSigner signer(Scope scope, SigningPolicy policy) throws NoSuchAlgorithmException {
        return new TokenSigner(scope, policy, this::read, hsm, clock, SecureRandom.getInstance("SHA1PRNG"));
    }

    private Keyring read() {
        reads.incrementAndGet();
        KeymgrException error = storeError;
        if (error != null) {
            throw error;
        }
        return keyring;
    }

    private void loseStore() {
        storeError = new KeymgrException(ErrorCode.STORE_UNAVAILABLE, "the store is away");
    }

    private void roll() {
        keyring = TestKeyrings.rolled(keyring, SECOND, clock.instant());
        hsm.put(keyring.require(SECOND.kid()), SECOND);
    }

    private static Map<String, Object> part(String token, int index) {
        return Json.parseObject(Base64Url.decode(token.split("\\.", -1)[index]));
    }

    private static String kidOf(String token) {
        return String.valueOf(part(token, 0).get("kid"));
    }

    private String signedKid() {
        return kidOf(signer.sign(Map.of()));
    }

    private void assertRefused(ErrorCode code, Map<String, ?> claims) {
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> signer.sign(claims))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    private static Map<String, @Nullable Object> claim(String name, @Nullable Object value) {
        Map<String, @Nullable Object> claims = new HashMap<>();
        claims.put(name, value);
        return claims;
    }

    // ---- what it signs

    @Test
    void setsHeaderIssuerAudienceTimesAndIdItself() {
        String token = signer.sign(Map.of("sub", "alice"));

        assertThat(part(token, 0))
                .containsExactly(
                        Map.entry("alg", "ES256"),
                        Map.entry("typ", "at+jwt"),
                        Map.entry("kid", FIRST.kid().value()));
        Map<String, Object> claims = part(token, 1);
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
        assertThat(part(signer.sign(Map.of()), 1).get("jti"))
                .isNotEqualTo(part(signer.sign(Map.of()), 1).get("jti"));
        assertThat(part(signer.sign(Map.of("jti", "mine")), 1)).containsEntry("jti", "mine");
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
                SCOPE, VerificationPolicy.accessTokens(Set.of("mail"), Duration.ofMinutes(30)), trusted, clock);

        VerifiedToken accepted =
                verifier.verify(signer.sign("{\"sub\":\"alice\",\"x\":[1,null]}".getBytes(StandardCharsets.UTF_8)));

        assertThat(accepted.subject()).contains("alice");
        assertThat(accepted.claims()).containsKey("x");
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void makesTokensThatAnotherLibraryVerifies(SigningAlgorithm algorithm) throws Exception {
        TestKey key = TestKey.generate(algorithm);
        keyring = TestKeyrings.active(NAME, key, NOW);
        hsm.put(keyring.require(key.kid()), key);
        TokenSigner other = signer(
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
            assertRefused(ErrorCode.CLAIMS_REFUSED, Map.of((String) claim[0], claim[1]));
        }
        for (String name : List.of("iss", "aud", "sub", "exp", "nbf", "jti", "iat")) {
            assertRefused(ErrorCode.CLAIMS_REFUSED, claim(name, null));
        }
    }

    @Test
    void refusesJsonThatIsNotOneStrictObject() {
        for (String json : List.of("", "[]", "1", "{\"a\":1,\"a\":2}", "{} x")) {
            KeymgrException refusal = catchThrowableOfType(
                    KeymgrException.class, () -> signer.sign(json.getBytes(StandardCharsets.UTF_8)));

            assertThat(refusal.code()).isEqualTo(ErrorCode.CLAIMS_REFUSED);
        }
    }

    @Test
    void signsUpToTheLongestLifetimeAndSetsTheOneAskedFor() {
        long now = NOW.getEpochSecond();

        assertThat(part(signer.sign(Map.of("exp", now + 1_800)), 1)).containsEntry("exp", now + 1_800);
        assertThat(part(signer.signFor(Duration.ofMinutes(30), Map.of()), 1)).containsEntry("exp", now + 1_800);
        assertThat(part(signer.signFor(Duration.ofSeconds(1), Map.of()), 1)).containsEntry("exp", now + 1);
        for (Duration wrong : List.of(Duration.ZERO, Duration.ofSeconds(-1), Duration.ofSeconds(1_801))) {
            assertThatExceptionOfType(KeymgrException.class).isThrownBy(() -> signer.signFor(wrong, Map.of()));
        }
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> signer.signFor(Duration.ofSeconds(9), Map.of("exp", now + 9)));
    }

    @Test
    void keepsToTheLifetimeRecordedWithTheKeyWhenThatIsShorter() throws NoSuchAlgorithmException {
        SigningPolicy generous = new SigningPolicy(
                List.of(SigningAlgorithm.ES256), "at+jwt", DRAIN, Duration.ofHours(10), Duration.ofDays(100));
        TokenSigner eager = signer(SCOPE, generous);
        long longest = TestKeyrings.TOKEN_LIFETIME.toSeconds();

        assertThat(eager.sign(Map.of("exp", NOW.getEpochSecond() + longest))).isNotEmpty();
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> eager.sign(Map.of("exp", NOW.getEpochSecond() + longest + 1)));
    }

    @Test
    void needsAnAudienceWhereTheScopeHasSeveral() throws NoSuchAlgorithmException {
        TokenSigner wide = signer(WIDE, POLICY);

        assertThatExceptionOfType(KeymgrException.class).isThrownBy(() -> wide.sign(Map.of()));
        assertThat(part(wide.sign(Map.of("aud", "files")), 1)).containsEntry("aud", "files");
        assertThat(part(wide.sign(Map.of("aud", List.of("files", "mail"))), 1))
                .containsEntry("aud", List.of("files", "mail"));
    }

    @Test
    void stopsAtTheGreatestAgeOfTheKey() {
        clock.advance(POLICY.keyAgeMax().minusSeconds(1));
        assertThat(signedKid()).isEqualTo(FIRST.kid().value());

        clock.advance(Duration.ofSeconds(1));
        assertRefused(ErrorCode.STALE, Map.of());
    }

    @Test
    void refusesTheKeyringOfAnotherScope() {
        keyring = TestKeyrings.active(new ScopeName("enterprise"), SECOND, NOW);

        assertThatIllegalStateException()
                .isThrownBy(() -> signer.sign(Map.of()))
                .withMessageContaining("ScopesNeverMix");
    }

    // ---- how it follows the keyring

    @Test
    void prefersItsFirstAlgorithmThatHasAnActiveKey() throws NoSuchAlgorithmException {
        TestKey rsa = TestKey.generate(SigningAlgorithm.RS256);
        keyring = TestKeyrings.rolled(keyring, rsa, NOW);
        hsm.put(keyring.require(rsa.kid()), rsa);
        assertThat(signedKid()).isEqualTo(FIRST.kid().value());

        keyring = keyring.suspended(FIRST.kid(), NOW);
        assertThat(kidOf(signer(SCOPE, POLICY).sign(Map.of())))
                .isEqualTo(rsa.kid().value());
    }

    @Test
    void readsTheStoreOnceInAQuarterOfTheDrainAndOpensOneHandle() {
        for (int i = 0; i < 100; i++) {
            signedKid();
        }
        assertThat(reads).hasValue(1);

        clock.advance(DRAIN.dividedBy(4));
        for (int i = 0; i < 100; i++) {
            signedKid();
        }
        assertThat(reads).hasValue(2);
        assertThat(hsm.opened()).isEqualTo(1);
    }

    @Test
    void followsARolloverWithinAQuarterOfTheDrain() {
        assertThat(signedKid()).isEqualTo(FIRST.kid().value());
        roll();
        assertThat(signedKid()).as("not looked again yet").isEqualTo(FIRST.kid().value());

        clock.advance(DRAIN.dividedBy(4));
        assertThat(signedKid()).isEqualTo(SECOND.kid().value());
        assertThat(hsm.opened()).isEqualTo(2);
    }

    @Test
    void goesOnWithoutTheStoreUntilTheDrainIsOverAndNotAnInstantLonger() {
        signedKid();
        loseStore();

        clock.advance(DRAIN.minusNanos(1));
        assertThat(signedKid()).isEqualTo(FIRST.kid().value());

        clock.advance(Duration.ofNanos(1));
        assertRefused(ErrorCode.STALE, Map.of());

        storeError = null;
        assertThat(signedKid()).isEqualTo(FIRST.kid().value());
    }

    @Test
    void doesNotAskADeadStoreForEachToken() {
        signedKid();
        loseStore();
        clock.advance(DRAIN.dividedBy(4));
        for (int i = 0; i < 100; i++) {
            signedKid();
        }

        assertThat(reads).hasValue(2);
        clock.advance(DRAIN.dividedBy(16));
        signedKid();
        assertThat(reads).hasValue(3);
    }

    @Test
    void saysWhyWhenItHasNeverSeenTheStore() {
        loseStore();

        assertRefused(ErrorCode.STORE_UNAVAILABLE, Map.of());
    }

    @Test
    void looksAgainWhenTheClockWentBack() {
        signedKid();
        roll();
        clock.set(NOW.minusSeconds(1));

        assertThat(signedKid()).isEqualTo(SECOND.kid().value());
    }

    @Test
    void signsNothingWithoutAnActiveKey() {
        signedKid();
        keyring = keyring.compromised(Set.of(FIRST.kid()), new Compromise("stolen", Compromise.Cause.KEY, NOW), NOW);
        clock.advance(DRAIN.dividedBy(4));

        assertRefused(ErrorCode.STALE, Map.of());
    }

    @Test
    void looksAtOnceWhenTheTokenNoLongerHasTheKey() {
        signedKid();
        hsm.destroy(keyring.require(FIRST.kid()).location().id());
        assertRefused(ErrorCode.TOKEN_KEY_MISSING, Map.of());

        roll();
        assertThat(signedKid()).isEqualTo(SECOND.kid().value());
    }

    @Test
    void recoversWhenTheTokenComesBack() {
        hsm.takeDown();
        assertRefused(ErrorCode.TOKEN_UNAVAILABLE, Map.of());
        hsm.bringBack();

        assertThat(signedKid()).isEqualTo(FIRST.kid().value());
        assertThat(reads).hasValue(1);
    }

    @Test
    void doesNotFallBackToTheOldKeyWhenTheTokenOfTheNewOneIsDown() {
        signedKid();
        roll();
        hsm.takeDown();
        clock.advance(DRAIN.dividedBy(4));

        assertRefused(ErrorCode.TOKEN_UNAVAILABLE, Map.of());
        assertRefused(ErrorCode.TOKEN_UNAVAILABLE, Map.of());
    }

    @Test
    void signsFromManyThreadsThroughARolloverAndEveryTokenVerifies() throws Exception {
        JwsVerifier verifier = new JwsVerifier(JwkSet.of(List.of(FIRST.jwk(), SECOND.jwk())));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        Set<String> kids = new HashSet<>();
        CountDownLatch rolled = new CountDownLatch(1);
        try {
            List<Future<List<String>>> running = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                running.add(threads.submit(() -> signThrough(rolled)));
            }
            signedKid();
            roll();
            clock.advance(DRAIN.dividedBy(4));
            assertThat(signedKid()).isEqualTo(SECOND.kid().value());
            rolled.countDown();
            for (Future<List<String>> each : running) {
                for (String token : each.get()) {
                    kids.add(verifier.verify(token).kid().value());
                }
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(kids).contains(SECOND.kid().value());
        assertThat(reads.get()).as("single flight").isLessThanOrEqualTo(3);
        assertThat(hsm.opened()).isLessThanOrEqualTo(2);
    }

    /** Signs until the rollover is over, and some more. */
    private List<String> signThrough(CountDownLatch rolled) {
        List<String> tokens = new ArrayList<>();
        for (int after = 0; after < 20; after += rolled.getCount() == 0 ? 1 : 0) {
            tokens.add(signer.sign(Map.of("n", tokens.size())));
        }
        return tokens;
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
