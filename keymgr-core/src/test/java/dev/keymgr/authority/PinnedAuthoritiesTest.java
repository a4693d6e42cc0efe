package dev.keymgr.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keymgr.jwks.Jwk;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.testkit.TestAuthority;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PinnedAuthoritiesTest {
    private static final Scope CONSUMER =
            new Scope(new ScopeName("consumer"), "https://consumer.example", List.of("c"));
    private static final Scope ENTERPRISE =
            new Scope(new ScopeName("enterprise"), "https://enterprise.example", List.of("e"));
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration SKEW = Duration.ofSeconds(10);
    private static final Duration VALIDITY = Duration.ofHours(6);
    private static final TestAuthority OWN = TestAuthority.of(ENTERPRISE, "a", NOW.minusSeconds(60));
    private static final TestAuthority FOREIGN = TestAuthority.of(CONSUMER, "b", NOW.minusSeconds(60));
    private static final TestKey KEY = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey OTHER = TestKey.generate(SigningAlgorithm.ES256);
    private static final PinnedAuthorities PINNED = TestAuthority.pinned(ENTERPRISE, OWN);

    private static void assertRefused(String because, ThrowingCallable reading) {
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(reading)
                .withMessageContaining(because)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DOCUMENT_REFUSED));
    }

    private static void assertRefused(String because, String set) {
        assertRefused(because, () -> PINNED.readKeys(set, NOW, SKEW));
    }

    private static String set(Map<String, Object> key) {
        return OWN.set(1, NOW, VALIDITY, List.of(key));
    }

    private static String pem(TestAuthority authority) {
        return pem(authority.authority().certificate().der());
    }

    private static String pem(String der) {
        return "-----BEGIN CERTIFICATE-----\n" + der.replaceAll("(.{64})", "$1\n") + "\n-----END CERTIFICATE-----\n";
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static PinnedAuthorities fromPem(String pem) {
        return PinnedAuthorities.fromPem(ENTERPRISE.name(), ENTERPRISE.issuer(), bytes(pem));
    }

    @Test
    void readsWhatAPinnedAuthoritySigned() {
        SignedKeySet read =
                fromPem(pem(OWN)).readKeys(set(OWN.certified(KEY, NOW).toMembers()), NOW, SKEW);

        assertThat(read.keys().kids()).containsExactly(KEY.kid());
        assertThat(read.sequence()).isEqualTo(1);
        assertThat(read.issuedAt()).isEqualTo(NOW);
        assertThat(read.expiresAt()).isEqualTo(NOW.plus(VALIDITY));
    }

    @Test
    void refusesWhatAnotherScopesAuthoritySigned() {
        assertRefused("is refused: UNKNOWN_KEY: the key set", FOREIGN.set(1, NOW, VALIDITY, List.of()));
    }

    @Test
    void refusesAKeyCertifiedForAnotherScopeInASetThatIsSignedAsItShouldBe() {
        assertRefused(
                "certified for scope consumer", set(FOREIGN.certified(KEY, NOW).toMembers()));
    }

    @Test
    void refusesTheCertificateOfAnotherKey() {
        Map<String, Object> swapped =
                new LinkedHashMap<>(OWN.certified(KEY, NOW).toMembers());
        swapped.put("x5c", OWN.certified(OTHER, NOW).toMembers().get("x5c"));
        assertRefused("that of another key", set(swapped));
    }

    @Test
    void refusesAKeyWithoutACertificateOrWithRubbishInItsPlace() {
        Map<String, Object> bare = new LinkedHashMap<>(OWN.certified(KEY, NOW).toMembers());
        bare.remove("x5c");
        assertRefused("has no certificate", set(bare));
        bare.put("x5c", List.of("AAAA"));
        assertRefused("no X.509 certificate", set(bare));
        bare.put("x5c", List.of("%%"));
        assertRefused("refused", set(bare));
    }

    @Test
    void refusesACertificateThatAnAuthorityNobodyPinnedIssued() {
        TestAuthority stranger = TestAuthority.of(ENTERPRISE, "c", NOW.minusSeconds(60));
        assertRefused(
                "no pinned authority issued", set(stranger.certified(KEY, NOW).toMembers()));
    }

    @Test
    void refusesAKeyWhoseCertificateIsOfALaterTime() {
        assertRefused(
                "not valid now",
                set(OWN.certified(KEY, NOW.plus(Duration.ofDays(2))).toMembers()));
    }

    @Test
    void refusesTheAuthoritysOwnCertificateForASigningKey() {
        Map<String, Object> members = new LinkedHashMap<>(OWN.key().jwk().toMembers());
        members.put("issuer", ENTERPRISE.issuer());
        members.put("x5c", List.of(OWN.authority().certificate().der()));
        assertRefused("that of an authority", set(members));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iss", "sub"})
    void refusesAnotherIssuerOrSubject(String claim) {
        assertRefused("iss and sub", OWN.jwt(DocumentContents.SET_TYPE, changed(claim, CONSUMER.issuer())));
        assertRefused("iss and sub", OWN.jwt(DocumentContents.SET_TYPE, changed(claim, 7)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"revoked-keys+jwt", "JWT", "at+jwt", "JWK-SET+JWT"})
    void refusesAnotherType(String type) {
        assertRefused("typ is not", OWN.jwt(type, changed("sequence", 1)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"iat", "exp", "sequence", "keys"})
    void refusesAClaimThatIsMissingOrOfTheWrongKind(String claim) {
        assertRefused(claim, OWN.jwt(DocumentContents.SET_TYPE, changed(claim, "soon")));
        Map<String, Object> without = changed("sequence", 1);
        without.remove(claim);
        assertRefused(claim, OWN.jwt(DocumentContents.SET_TYPE, without));
        assertRefused("is not", OWN.jwt(DocumentContents.SET_TYPE, changed(claim, -1)));
    }

    private static Map<String, Object> changed(String claim, Object value) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", ENTERPRISE.issuer());
        claims.put("sub", ENTERPRISE.issuer());
        claims.put("iat", NOW.getEpochSecond());
        claims.put("exp", NOW.plus(VALIDITY).getEpochSecond());
        claims.put("sequence", 1);
        claims.put("keys", List.of());
        claims.put(claim, value);
        return claims;
    }

    @Test
    void refusesWhatIsSignedInTheFutureBeyondTheSkewAndWhatIsOver() {
        String set = OWN.set(1, NOW, VALIDITY, List.of());

        assertThat(PINNED.readKeys(set, NOW.minus(SKEW), SKEW).keys().isEmpty()).isTrue();
        assertRefused(
                "in the future", () -> PINNED.readKeys(set, NOW.minus(SKEW).minusNanos(1), SKEW));
        assertThat(PINNED.readKeys(set, NOW.plus(VALIDITY).minusNanos(1), SKEW).sequence())
                .isEqualTo(1);
        assertRefused("was over", () -> PINNED.readKeys(set, NOW.plus(VALIDITY), SKEW));
    }

    @Test
    void refusesRubbishWhateverItsForm() {
        String good = set(OWN.certified(KEY, NOW).toMembers());
        for (String rubbish : List.of("", ".", "..", "a.b.c", good + ".", good.substring(1), "{}")) {
            assertRefused("MALFORMED", rubbish);
        }
        for (int cut = 1; cut < 20; cut++) {
            assertRefused("refused", good.substring(0, good.length() - cut));
        }
        assertRefused("longer than", "a".repeat(PinnedAuthorities.CHARACTERS_MAX + 1));
    }

    @Test
    void readsRevocationsAndRefusesASetInTheirPlace() {
        String list = OWN.revocations(
                4,
                NOW,
                VALIDITY,
                List.of(Map.of("kid", KEY.kid().value(), "revoked_at", NOW.getEpochSecond())),
                List.of(Map.of("kid", FOREIGN.authority().kid().value())));
        RevocationList read = PINNED.readRevocations(list, NOW, SKEW);
        assertThat(read.revoked()).containsExactly(KEY.kid());
        assertThat(read.authorities()).containsExactly(FOREIGN.authority().kid());
        assertThat(read.sequence()).isEqualTo(4);

        assertRefused("typ is not", () -> PINNED.readRevocations(OWN.set(1, NOW, VALIDITY, List.of()), NOW, SKEW));
        assertRefused("typ is not", list);
        String odd = OWN.revocations(4, NOW, VALIDITY, List.of(Map.of("kid", "short")), List.of());
        assertRefused("kid 'short'", () -> PINNED.readRevocations(odd, NOW, SKEW));
    }

    @Test
    void trustsNothingOfAnAuthorityThatWasTakenAway() {
        PinnedAuthorities none = PINNED.without(Set.of(OWN.authority().kid()));

        assertThat(none.kids()).isEmpty();
        assertRefused("UNKNOWN_KEY", () -> none.readKeys(OWN.set(1, NOW, VALIDITY, List.of()), NOW, SKEW));
        assertThat(PINNED.without(Set.of(KEY.kid()))).isSameAs(PINNED);
    }

    @Test
    void pinsAuthoritiesOfThisScopeAloneAndSaysWhoseACertificateIs() {
        assertThat(PinnedAuthorities.issuerOf(ENTERPRISE.name(), bytes(pem(OWN))))
                .isEqualTo(ENTERPRISE.issuer());
        assertRefused("for scope consumer", () -> fromPem(pem(FOREIGN)));
        assertRefused("for scope consumer", () -> fromPem(pem(OWN) + pem(FOREIGN)));
        assertRefused(
                "for another issuer",
                () -> PinnedAuthorities.fromPem(ENTERPRISE.name(), "https://elsewhere.example", bytes(pem(OWN))));
        Jwk.Binding binding = Objects.requireNonNull(OWN.certified(KEY, NOW).binding());
        String leaf = binding.chain().get(0);
        assertRefused("not an authority's", () -> fromPem(pem(leaf)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "rubbish",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\n"
            })
    void pinsNoRubbish(String pem) {
        assertRefused("pinned authorities of scope enterprise are refused", () -> fromPem(pem));
        assertRefused("refused", () -> PinnedAuthorities.issuerOf(ENTERPRISE.name(), bytes(pem)));
    }

    @Test
    void pinsNoTruncatedOrChangedCertificate() {
        byte[] der = Base64.getDecoder().decode(OWN.authority().certificate().der());
        der[der.length - 1] ^= 1;
        assertRefused(
                "not signed by the authority",
                () -> fromPem(pem(Base64.getEncoder().encodeToString(der))));
        String whole = pem(OWN);
        assertRefused("refused", () -> fromPem(whole.substring(0, whole.length() / 2)));
    }
}
