package dev.keymgr.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LIST;

import dev.keymgr.jwks.TestKey;
import dev.keymgr.jwks.TestKeyrings;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.testkit.TestAuthority;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is signed, read off keyrings made by the changes that the product makes. */
class DocumentContentsTest {
    private static final Scope SCOPE = new Scope(new ScopeName("consumer"), "https://consumer.example", List.of("c"));
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00.900Z");
    private static final Instant LATER = NOW.plus(Duration.ofHours(1));
    private static final TestAuthority A = TestAuthority.of(SCOPE, "a", NOW);
    private static final TestAuthority B = TestAuthority.of(SCOPE, "b", NOW);
    private static final List<Authority> BOTH = List.of(A.authority(), B.authority());
    private static final TestKey ONE = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey TWO = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey BARE = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey NEVER = TestKey.generate(SigningAlgorithm.ES256);
    private static final Compromise THEFT = new Compromise("a paste", Compromise.Cause.KEY, NOW.minusSeconds(60));

    /** ONE signs, certified by A; TWO stands by, certified by B; nobody certified BARE. */
    private static final Keyring ALL = served(made(made(made(Keyring.empty(SCOPE.name()), ONE, A), TWO, B), BARE))
            .activated(ONE.kid(), Duration.ofMinutes(5), NOW);

    private static Keyring made(Keyring keyring, TestKey key) {
        return keyring.generated(key(keyring, key), NOW);
    }

    private static Keyring made(Keyring keyring, TestKey key, TestAuthority by) {
        KeyCertificate certificate =
                ScopeCertificate.ofKey(SCOPE, by.authority(), key.publicKey(), NOW, by.key()::sign);
        return keyring.generated(key(keyring, key).certified(certificate), NOW);
    }

    private static SigningKey key(Keyring keyring, TestKey key) {
        String id = String.format("%032x", keyring.keys().size());
        return SigningKey.generated(
                new KeyGroup(SCOPE.name(), key.algorithm()),
                new KeyLocation(new TokenLabel("a"), new CkaId(id)),
                key.publicKey(),
                NOW);
    }

    /** In a document of all that are left. */
    private static Keyring served(Keyring keyring, TestKey... left) {
        List<Kid> out = List.of(left).stream().map(TestKey::kid).toList();
        Kid[] listed = keyring.keys().stream()
                .map(SigningKey::kid)
                .filter(kid -> !out.contains(kid))
                .toArray(Kid[]::new);
        return TestKeyrings.served(TestKeyrings.intending(keyring, LATER, listed), LATER);
    }

    private static DocumentContents contents(Keyring keyring, List<Authority> authorities) {
        return DocumentContents.of(keyring, keyring.servedPublication().orElseThrow(), authorities);
    }

    private static List<Object> kids(List<Map<String, Object>> entries) {
        return entries.stream().map(e -> e.get("kid")).toList();
    }

    private static Object[] kids(TestKey... keys) {
        return List.of(keys).stream().map(k -> k.kid().value()).toArray();
    }

    private static List<Authority> fallen(TestAuthority authority) {
        return BOTH.stream()
                .map(a -> a.equals(authority.authority()) ? a.revoked(LATER) : a)
                .toList();
    }

    private static Map<String, Object> of(TestKey key, List<Map<String, Object>> entries) {
        return entries.stream()
                .filter(e -> key.kid().value().equals(e.get("kid")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void listsTheKeysThatAnAuthorityVouchesForEachWithItsOwnChain() {
        DocumentContents contents = contents(ALL, BOTH);

        assertThat(kids(contents.keys())).containsExactlyInAnyOrder(kids(ONE, TWO));
        assertThat(of(ONE, contents.keys()).get("x5c"))
                .asInstanceOf(LIST)
                .hasSize(2)
                .endsWith(A.authority().certificate().der());
        assertThat(of(TWO, contents.keys()).get("x5c"))
                .asInstanceOf(LIST)
                .endsWith(B.authority().certificate().der());
        assertThat(contents.authorities()).isEmpty();
    }

    @Test
    void theWordOfAnAuthorityThatFellOrIsNotKnownCountsNoMore() {
        DocumentContents contents = contents(ALL, fallen(A));

        assertThat(kids(contents.keys())).containsExactly(kids(TWO));
        assertThat(contents.authorities())
                .containsExactly(Map.of("kid", A.authority().kid().value(), "revoked_at", LATER.getEpochSecond()));
        assertThat(kids(contents(ALL, List.of(B.authority())).keys())).containsExactly(kids(TWO));
        assertThat(contents(ALL, List.of()).keys()).isEmpty();
    }

    @Test
    void theHistoryHasEveryKeyThatWasPublishedAndNoOther() {
        Keyring left = served(made(ALL, NEVER), BARE, NEVER);
        DocumentContents contents = contents(left, List.of());

        assertThat(kids(contents.history())).containsExactlyInAnyOrder(kids(ONE, TWO, BARE));
        assertThat(of(BARE, contents.history())).containsEntry("exp", up(LATER)).doesNotContainKey("nbf");
        assertThat(of(ONE, contents.history()))
                .containsEntry("exp", up(NOW.plus(TestKeyrings.TRUST)))
                .containsEntry("nbf", NOW.getEpochSecond())
                .doesNotContainKeys("x5c", "revoked");
    }

    @Test
    void aKeyThatLeftTheDocumentsWasTrustedUntilThen() {
        Keyring rolled = ALL.activated(TWO.kid(), Duration.ofMinutes(5), NOW.plusSeconds(60));
        DocumentContents contents = contents(served(rolled, ONE), BOTH);

        assertThat(kids(contents.keys())).containsExactly(kids(TWO));
        assertThat(of(ONE, contents.history())).containsEntry("exp", up(LATER)).containsKey("nbf");
    }

    private static long up(Instant end) {
        return end.getEpochSecond() + 1;
    }

    @Test
    void aRevokedKeySaysSinceWhenAndFromWhenNothingOfItCounts() {
        DocumentContents contents = contents(ALL.compromised(List.of(ONE.kid()), THEFT, LATER), BOTH);

        assertThat(contents.revoked())
                .containsExactly(Map.of(
                        "kid",
                        ONE.kid().value(),
                        "revoked_at",
                        LATER.getEpochSecond(),
                        "invalid_from",
                        THEFT.invalidFrom().getEpochSecond(),
                        "reason",
                        "compromised"));
        assertThat(of(ONE, contents.history()).get("revoked"))
                .isEqualTo(Map.of("revoked_at", LATER.getEpochSecond(), "reason", "compromised"));
        assertThat(contents.toString()).doesNotContain("a paste");
    }

    @Test
    void aRevokedKeyIsNotSignedForThoughTheServedDocumentListsItStill() {
        Keyring keyring = ALL.compromised(List.of(ONE.kid()), THEFT, LATER);

        assertThat(keyring.servedPublication().orElseThrow().lists(ONE.kid())).isTrue();
        assertThat(kids(contents(keyring, BOTH).keys())).containsExactly(kids(TWO));
    }

    @Test
    void aSuspendedKeyStaysAndSaysSinceWhen() {
        DocumentContents contents = contents(ALL.suspended(ONE.kid(), LATER), BOTH);

        assertThat(contents.suspended())
                .containsExactly(Map.of("kid", ONE.kid().value(), "suspended_at", LATER.getEpochSecond()));
        assertThat(kids(contents.keys())).contains(kids(ONE));
        assertThat(contents.revoked()).isEmpty();
    }

    @Test
    void theSameRecordsGiveTheSameBasisAndAnyOtherAnother() {
        List<DocumentContents> all = List.of(
                contents(ALL, BOTH),
                contents(ALL, List.of(B.authority())),
                contents(ALL, fallen(A)),
                contents(ALL.suspended(ONE.kid(), LATER), BOTH),
                contents(ALL.compromised(List.of(ONE.kid()), THEFT, LATER), BOTH),
                contents(served(ALL, BARE), BOTH));

        assertThat(contents(ALL, BOTH).basis()).isEqualTo(all.get(0).basis());
        assertThat(contents(ALL.holding(new Hold(ONE.kid(), "ann", "case 7", LATER), LATER), BOTH)
                        .basis())
                .isEqualTo(all.get(0).basis());
        assertThat(all).extracting(DocumentContents::basis).doesNotHaveDuplicates();
    }

    @Test
    void eachDocumentSaysWhoseItIsAndForHowLong() {
        DocumentContents contents = contents(ALL, BOTH);
        DocumentContents.Envelope envelope = new DocumentContents.Envelope(SCOPE.issuer(), 7, NOW, LATER);

        for (Map<String, Object> claims : List.of(
                contents.keyClaims(envelope), contents.historyClaims(envelope), contents.revocationClaims(envelope))) {
            assertThat(claims)
                    .containsEntry("iss", SCOPE.issuer())
                    .containsEntry("sub", SCOPE.issuer())
                    .containsEntry("iat", NOW.getEpochSecond())
                    .containsEntry("exp", LATER.getEpochSecond())
                    .containsEntry("sequence", 7L);
        }
        assertThat(contents.keyClaims(envelope)).containsEntry("keys", contents.keys());
        assertThat(contents.historyClaims(envelope)).containsEntry("keys", contents.history());
        assertThat(contents.revocationClaims(envelope)).containsKeys("revoked", "suspended", "authorities");
    }
}
