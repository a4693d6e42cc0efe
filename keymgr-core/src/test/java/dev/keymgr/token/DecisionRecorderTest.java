package dev.keymgr.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a verifier tells of each judgement, and what it never tells. */
class DecisionRecorderTest {
    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00.9Z");
    private static final ScopeName CONSUMER = new ScopeName("consumer");
    private static final ScopeName ENTERPRISE = new ScopeName("enterprise");
    private static final String ISSUER = "https://enterprise.example";
    private static final Scope SCOPE = new Scope(ENTERPRISE, ISSUER, List.of("mail"));
    private static final TestKey OWN = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey FOREIGN = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey STRANGER = TestKey.generate(SigningAlgorithm.ES256);
    private static final String SENTINEL = "SENTINELSENTINEL";
    private static final VerificationPolicy POLICY =
            VerificationPolicy.accessTokens(Set.of("mail"), Duration.ofHours(1));

    /** Signed set 7, last heard to stand 90 s ago. */
    private record Known(Instant confirmedAt) implements TrustedKeys {
        @Override
        public JwkSet own() {
            return JwkSet.of(List.of(OWN.jwk()));
        }

        @Override
        public Optional<Freshness> freshness() {
            return Optional.of(new Freshness(7L, confirmedAt));
        }

        @Override
        public Set<Kid> revoked() {
            return Set.of();
        }

        @Override
        public Map<ScopeName, JwkSet> others() {
            return Map.of(CONSUMER, JwkSet.of(List.of(FOREIGN.jwk())));
        }
    }

    private final List<Decision> told = new ArrayList<>();
    private final MovableClock clock = new MovableClock(NOW);
    private final TokenVerifier verifier =
            new TokenVerifier(SCOPE, POLICY, new Known(NOW.minusSeconds(90)), clock, "mail-1", told::add);

    private static Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ISSUER);
        claims.put("trust_scope", "enterprise");
        claims.put("sub", SENTINEL);
        claims.put("aud", List.of("mail"));
        claims.put("iat", NOW.getEpochSecond());
        claims.put("exp", NOW.getEpochSecond() + 600);
        claims.put("jti", SENTINEL + "-id");
        claims.put("groups", List.of(Map.of(SENTINEL, SENTINEL)));
        return claims;
    }

    private static String token(TestKey key, Map<String, ?> claims) {
        Map<String, Object> header = Forge.header(key);
        header.put("extra", SENTINEL);
        return Forge.token(key, header, claims);
    }

    private static String tokenWith(String claim, Object value) {
        Map<String, Object> claims = claims();
        claims.put(claim, value);
        return token(OWN, claims);
    }

    private Decision decided(String token) {
        TokenRejectedException rejection =
                catchThrowableOfType(TokenRejectedException.class, () -> verifier.verify(token));
        Decision last = told.get(told.size() - 1);
        assertThat(last.verdict()).isEqualTo(rejection == null ? Verdict.ACCEPTED : rejection.verdict());
        assertThat(Decision.parse(last.render())).isEqualTo(last);
        return last;
    }

    private static String sha256(String text) throws NoSuchAlgorithmException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void tellsWhoJudgedWhatByWhichSet() throws NoSuchAlgorithmException {
        String token = token(OWN, claims());

        assertThat(decided(token))
                .isEqualTo(new Decision(
                        NOW,
                        "mail-1",
                        ENTERPRISE,
                        Verdict.ACCEPTED,
                        null,
                        ISSUER,
                        List.of("mail"),
                        "at+jwt",
                        "ES256",
                        OWN.kid().value(),
                        sha256(SENTINEL + "-id"),
                        sha256(token.substring(0, token.lastIndexOf('.'))),
                        null,
                        7L,
                        90L));
        assertThat(told).hasSize(1);
    }

    @Test
    void tellsWhoseKeySignedWhatCrossedOver() {
        Decision crossed = decided(token(FOREIGN, claims()));

        assertThat(crossed.verdict()).isEqualTo(Verdict.CROSS_SCOPE);
        assertThat(crossed.keyScope()).isEqualTo(CONSUMER);
        assertThat(crossed.kid()).isEqualTo(FOREIGN.kid().value());
        assertThat(crossed.reason()).contains("signed with a key of scope consumer");
        assertThat(decided(token(STRANGER, claims())).keyScope()).isNull();
    }

    @Test
    void tellsNothingOfWhatATokenCarriesWhateverBecomesOfIt() {
        String good = token(OWN, claims());
        Map<String, Object> linked = Forge.header(OWN);
        linked.put("jku", SENTINEL);
        List<String> tokens = List.of(
                good,
                token(FOREIGN, claims()),
                token(STRANGER, claims()),
                Forge.withSignature(good, new byte[64]),
                tokenWith("exp", SENTINEL),
                tokenWith("exp", NOW.getEpochSecond() - 1),
                tokenWith("nbf", SENTINEL),
                tokenWith("trust_scope", SENTINEL),
                tokenWith("sub", Map.of(SENTINEL, 1)),
                tokenWith("jti", List.of(SENTINEL)),
                tokenWith("aud", Map.of(SENTINEL, SENTINEL)),
                tokenWith("aud", List.of(7, Map.of(SENTINEL, 1))),
                tokenWith("iss", List.of(SENTINEL)),
                Forge.token(OWN, linked, claims()),
                Forge.signed(OWN, Forge.part("{\"" + SENTINEL) + '.' + Forge.part("{\"" + SENTINEL)),
                Forge.token(OWN, Forge.header(OWN), Map.of(SENTINEL, SENTINEL)),
                Forge.token(OWN, "{\"alg\":\"ES256\",\"" + SENTINEL + "\":1,\"" + SENTINEL + "\":2}", "{}"),
                Forge.signed(OWN, good.substring(0, good.indexOf('.') + 1) + Forge.part("{\"sub\":" + SENTINEL)),
                SENTINEL,
                SENTINEL + "." + SENTINEL + "." + SENTINEL,
                good + "." + SENTINEL,
                good.replace('.', ' '));

        for (String token : tokens) {
            String record = new String(decided(token).render(), StandardCharsets.UTF_8);
            assertThat(record).doesNotContain(SENTINEL);
            for (String part : token.split("[. ]", -1)) {
                assertThat(record).doesNotContain(part.length() > 16 ? part.substring(0, 16) : part + "\u0000");
            }
        }
        assertThat(told).hasSize(tokens.size());
        assertThat(told).extracting(Decision::verdict).contains(Verdict.ACCEPTED, Verdict.OUTSIDE_TIME);
    }

    @Test
    void cutsWhatAStrangerWroteAndNeverThroughACharacter() {
        String clef = "\uD834\uDD1E";
        Map<String, Object> header = Forge.header(STRANGER);
        header.put("kid", "k".repeat(Decision.TEXT_MAX + 1));
        header.put("typ", "t".repeat(Decision.TEXT_MAX - 1) + clef);
        Map<String, Object> claims = claims();
        claims.put("iss", "i".repeat(Decision.TEXT_MAX - 2) + clef + clef);
        claims.put("aud", Collections.nCopies(Decision.AUDIENCES_MAX + 1, clef.repeat(Decision.TEXT_MAX / 2 + 1)));
        Decision cut = decided(Forge.token(STRANGER, header, claims));

        assertThat(cut.kid()).isEqualTo("k".repeat(Decision.TEXT_MAX));
        assertThat(cut.type()).isEqualTo("t".repeat(Decision.TEXT_MAX - 1));
        assertThat(cut.issuer()).isEqualTo("i".repeat(Decision.TEXT_MAX - 2) + clef);
        assertThat(cut.audience()).hasSize(Decision.AUDIENCES_MAX).containsOnly(clef.repeat(Decision.TEXT_MAX / 2));
    }

    @Test
    void tellsWhatStandsThereAlsoOfATokenThatItRefusedUnread() {
        Map<String, Object> header = Forge.header(OWN);
        header.put("crit", List.of("b64"));
        Decision refused = decided(Forge.token(OWN, header, claims()));

        assertThat(refused.verdict()).isEqualTo(Verdict.MALFORMED);
        assertThat(refused.issuer()).isEqualTo(ISSUER);
        assertThat(refused.kid()).isEqualTo(OWN.kid().value());
        Decision bare = decided("a".repeat(CompactJws.CHARACTERS_MAX + 1));
        assertThat(bare.issuer()).isNull();
        assertThat(bare.audience()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b.c", "ä.ö.ü", "\uD800.b.c", "{}", "a..c"})
    void recordsRubbishAsRubbish(String rubbish) {
        Decision decided = decided(rubbish);

        assertThat(decided.verdict()).isEqualTo(Verdict.MALFORMED);
        assertThat(decided.kid()).isNull();
        assertThat(decided.idDigest()).isNull();
    }

    @Test
    void anAudienceMayBeOneName() {
        assertThat(decided(tokenWith("aud", "mail")).audience()).containsExactly("mail");
    }

    @Test
    void aSetFromTheFutureHasNoAge() {
        TokenVerifier ahead =
                new TokenVerifier(SCOPE, POLICY, new Known(NOW.plusSeconds(5)), clock, "mail-1", told::add);
        assertThatThrownBy(() -> ahead.verify("rubbish")).isInstanceOf(TokenRejectedException.class);

        assertThat(told).singleElement().extracting(Decision::setAgeSeconds).isEqualTo(0L);
    }

    @Test
    void whatCannotBeRecordedIsNotAccepted() {
        TokenVerifier mute = new TokenVerifier(SCOPE, POLICY, new Known(NOW), clock, "mail-1", decision -> {
            throw new IllegalStateException("the disk is full");
        });

        assertThatThrownBy(() -> mute.verify(token(OWN, claims()))).hasMessage("the disk is full");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Decision.TEXT_MAX + 1})
    void aVerifierHasAName(int length) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new TokenVerifier(SCOPE, POLICY, new Known(NOW), clock, "m".repeat(length), told::add));
    }
}
