package dev.keymgr.jwks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.keymgr.json.Json;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Generation;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.testkit.SampleKeys;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JwksLintTest {
    private static final ScopeName CONSUMER = new ScopeName("consumer");
    private static final ScopeName ENTERPRISE = new ScopeName("enterprise");
    private static final String ISSUER = "https://consumer.example";
    private static final Instant AT = Instant.parse("2026-11-21T10:00:00Z");
    private static final TestKey RETIRED = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey ACTIVE = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey STANDBY = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey NEXT = TestKey.generate(SigningAlgorithm.ES256);
    private static final Compromise THEFT = new Compromise("stolen", Compromise.Cause.KEY, AT);

    /** RETIRED, ACTIVE and STANDBY, all in the served document, and NEXT, in none. */
    private final Keyring keyring = keyring();

    private static Keyring keyring() {
        Keyring rolled = TestKeyrings.rolled(TestKeyrings.active(CONSUMER, RETIRED, AT), ACTIVE, AT);
        Keyring grown = TestKeyrings.generated(rolled, STANDBY, AT);
        Keyring served =
                TestKeyrings.served(TestKeyrings.intending(grown, AT, RETIRED.kid(), ACTIVE.kid(), STANDBY.kid()), AT);
        return TestKeyrings.generated(served, NEXT, AT);
    }

    private static List<String> violations(Keyring keyring, TestKey... listed) {
        Keyring intended = TestKeyrings.intending(
                keyring, AT, Arrays.stream(listed).map(TestKey::kid).toArray(Kid[]::new));
        Publication planned = intended.lastPublication().orElseThrow();
        return JwksLint.violations(JwksRenderer.render(intended, planned), ISSUER, intended, planned, Map.of());
    }

    private List<String> violationsOf(byte[] bytes) {
        Keyring intended = intended();
        Publication planned = intended.lastPublication().orElseThrow();
        JwksDocument document = new JwksDocument(CONSUMER, planned.number(), bytes, planned.maxAge());
        return JwksLint.violations(document, ISSUER, intended, planned, Map.of());
    }

    private Keyring intended() {
        return TestKeyrings.intending(keyring, AT, ACTIVE.kid(), STANDBY.kid());
    }

    private String goodText() {
        Keyring intended = intended();
        return new String(
                JwksRenderer.render(intended, intended.lastPublication().orElseThrow())
                        .bytes(),
                StandardCharsets.UTF_8);
    }

    @Test
    void passesTheFirstDocumentOfAScope() {
        Keyring first = TestKeyrings.generated(Keyring.empty(CONSUMER), ACTIVE, AT);

        assertThat(violations(first, ACTIVE)).isEmpty();
    }

    @Test
    void passesAnAdditionAndTheRemovalOfARetiredKeyEachByItself() {
        assertThat(violations(keyring, RETIRED, ACTIVE, STANDBY)).isEmpty();
        assertThat(violations(keyring, RETIRED, ACTIVE, STANDBY, NEXT)).isEmpty();
        assertThat(violations(keyring, ACTIVE, STANDBY)).isEmpty();
    }

    @Test
    void passesTheDocumentThatAlreadyStands() {
        Publication served = keyring.servedPublication().orElseThrow();

        assertThatNoException()
                .isThrownBy(() ->
                        JwksLint.requireSafe(JwksRenderer.render(keyring, served), ISSUER, keyring, served, Map.of()));
    }

    @Test
    void refusesAdditionAndRemovalAtOnceAlsoInAnEmergency() {
        assertThat(violations(keyring, ACTIVE, STANDBY, NEXT))
                .singleElement()
                .asString()
                .contains("at once");

        Keyring stolen = keyring.compromised(Set.of(ACTIVE.kid()), THEFT, AT);
        assertThat(violations(stolen, RETIRED, STANDBY, NEXT))
                .singleElement()
                .asString()
                .contains("at once");
        assertThat(violations(stolen, RETIRED, STANDBY)).isEmpty();
    }

    @Test
    void refusesToDropAKeyThatTheKeyringStillNeeds() {
        assertThat(violations(keyring, RETIRED, STANDBY))
                .singleElement()
                .asString()
                .contains("which is ACTIVE");
        assertThat(violations(keyring, RETIRED, ACTIVE))
                .singleElement()
                .asString()
                .contains("which is PUBLISHED");
    }

    @Test
    void dropsASuspendedKeyOnlyOnceItIsWithdrawn() {
        Keyring suspended = keyring.suspended(ACTIVE.kid(), AT);
        Keyring withdrawn = suspended.withdrawing(ACTIVE.kid(), AT);

        assertThat(violations(suspended, RETIRED, STANDBY))
                .singleElement()
                .asString()
                .contains("not withdrawn");
        assertThat(violations(suspended, RETIRED, ACTIVE, STANDBY)).isEmpty();
        assertThat(violations(withdrawn, RETIRED, STANDBY)).isEmpty();
        assertThat(violations(withdrawn, RETIRED, ACTIVE, STANDBY))
                .singleElement()
                .asString()
                .contains("ordered out");
    }

    @Test
    void dropsAStandbyWhosePrivateHalfIsLost() {
        assertThat(violations(keyring.privateLost(STANDBY.kid(), AT), RETIRED, ACTIVE))
                .isEmpty();
    }

    @Test
    void refusesToDropAHeldKeyUnlessItIsCompromised() {
        Keyring held = keyring.holding(new Hold(RETIRED.kid(), "legal", "case 7", AT.plusSeconds(60)), AT);
        Keyring over = keyring.holding(new Hold(RETIRED.kid(), "legal", "case 7", AT), AT);

        assertThat(violations(held, ACTIVE, STANDBY)).singleElement().asString().contains("hold by legal");
        assertThat(violations(over, ACTIVE, STANDBY)).isEmpty();
        assertThat(violations(held.compromised(Set.of(RETIRED.kid()), THEFT, AT), ACTIVE, STANDBY))
                .isEmpty();
    }

    @Test
    void refusesADocumentThatStillListsACompromisedKey() {
        Keyring intended = intended();
        Publication planned = intended.lastPublication().orElseThrow();
        JwksDocument document = JwksRenderer.render(intended, planned);
        Keyring stolen = intended.compromised(Set.of(STANDBY.kid()), THEFT, AT);

        assertThat(JwksLint.violations(document, ISSUER, stolen, planned, Map.of()))
                .singleElement()
                .asString()
                .contains(STANDBY.kid().prefix() + ", which is COMPROMISED");
    }

    @Test
    void refusesAnEmptyDocument() {
        assertThat(violationsOf("{\"keys\":[]}".getBytes(StandardCharsets.UTF_8)))
                .contains("it is empty")
                .anyMatch(v -> v.startsWith("it lists [], the plan"));
        assertThat(violations(Keyring.empty(CONSUMER))).containsExactly("it is empty");
    }

    @Test
    void refusesBytesThatAreNotThePlannedDocument() {
        String good = goodText();
        String oneKey =
                new String(Json.render(Map.of("keys", List.of(ACTIVE.jwk().toMembers()))), StandardCharsets.UTF_8);

        assertThat(violationsOf(good.getBytes(StandardCharsets.UTF_8))).isEmpty();
        assertThat(violationsOf(oneKey.getBytes(StandardCharsets.UTF_8))).anyMatch(v -> v.startsWith("it lists ["));
        for (String bad : List.of(
                good.replaceFirst("\"use\":", "\"d\":\"AA\",\"use\":"),
                good.replaceFirst("\"use\":", "\"ext\":true,\"use\":"),
                good.replaceFirst("\"sig\"", "\"enc\""),
                good.replaceFirst("\"exp\":\\d+", "\"exp\":4102444800"),
                good.replaceFirst("\"iat\":\\d+,", ""),
                good.substring(1),
                good + good)) {
            assertThat(violationsOf(bad.getBytes(StandardCharsets.UTF_8)))
                    .as(bad)
                    .isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {51_199, 51_200, 100_000})
    void refusesADocumentThatVerifiersWouldNotReadWhole(int size) {
        String good = goodText();
        List<String> found = violationsOf((good + " ".repeat(size - good.length())).getBytes(StandardCharsets.UTF_8));

        assertThat(found).hasSize(size <= JwksDocument.BYTES_MAX ? 0 : 1);
        assertThat(found).allMatch(v -> v.contains(size + " bytes"));
    }

    @Test
    void refusesAnEnvelopeThatIsNotThePlanned() {
        Keyring intended = intended();
        Publication planned = intended.lastPublication().orElseThrow();
        byte[] bytes = JwksRenderer.render(intended, planned).bytes();
        JwksDocument document = new JwksDocument(ENTERPRISE, new Generation(999), bytes, Duration.ofDays(1));

        assertThat(JwksLint.violations(document, ISSUER, intended, planned, Map.of()))
                .hasSize(3)
                .anyMatch(v -> v.contains("keyring of consumer"))
                .anyMatch(v -> v.contains("its number is 999"))
                .anyMatch(v -> v.contains("max-age"));
    }

    @Test
    void refusesAPlanOlderThanWhatIsServed() {
        Publication served = keyring.servedPublication().orElseThrow();
        Publication older = Publication.intended(
                new Generation(served.number().value() - 1), served.listings(), served.maxAge(), served.cacheBound());

        assertThat(JwksLint.violations(JwksRenderer.render(keyring, older), ISSUER, keyring, older, Map.of()))
                .singleElement()
                .asString()
                .contains("below the served document's");
    }

    @Test
    void refusesAKeyOfAnotherScopeAndNamesEveryViolation() {
        Keyring intended = TestKeyrings.intending(keyring, AT, ACTIVE.kid(), STANDBY.kid(), NEXT.kid());
        Publication planned = intended.lastPublication().orElseThrow();
        JwksDocument document = JwksRenderer.render(intended, planned);
        Map<ScopeName, JwkSet> others = Map.of(ENTERPRISE, JwkSet.of(List.of(ACTIVE.jwk())));

        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> JwksLint.requireSafe(document, ISSUER, intended, planned, others))
                .withMessageContaining("ScopesNeverMix")
                .withMessageContaining("at once")
                .withMessageContaining("the document served so far stands")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DOCUMENT_REFUSED));
    }

    @Test
    void findsTheSamePublicKeyInAnotherScopeUnderAnotherKid() {
        Keyring intended = intended();
        Publication planned = intended.lastPublication().orElseThrow();
        Jwk disguised = new Jwk(NEXT.kid(), SigningAlgorithm.ES256, ACTIVE.publicKey(), null, null, null);

        assertThat(JwksLint.violations(
                        JwksRenderer.render(intended, planned),
                        ISSUER,
                        intended,
                        planned,
                        Map.of(ENTERPRISE, JwkSet.of(List.of(disguised)))))
                .singleElement()
                .asString()
                .contains("ScopesNeverMix");
    }

    @Test
    void refusesAKeyThatWasMadeForAnotherIssuer() {
        Keyring bound = SampleKeys.withKeys(
                keyring,
                keyring.keys().stream()
                        .map(k -> k.certified(KeyCertificate.of("https://enterprise.example", new byte[] {48})))
                        .toList());
        Publication served = bound.servedPublication().orElseThrow();

        assertThat(JwksLint.violations(JwksRenderer.render(bound, served), ISSUER, bound, served, Map.of()))
                .hasSize(3)
                .allMatch(v -> v.contains("bound to the issuer https://enterprise.example"));
    }

    @Test
    void refusesWhileAnotherScopeHasAKeyForItsIssuer() {
        Keyring intended = intended();
        Publication planned = intended.lastPublication().orElseThrow();
        Jwk stray = new Jwk(
                RETIRED.kid(),
                SigningAlgorithm.ES256,
                TestKey.generate(SigningAlgorithm.ES256).publicKey(),
                null,
                null,
                null,
                new Jwk.Binding(ISSUER, null, List.of()));

        assertThat(JwksLint.violations(
                        JwksRenderer.render(intended, planned),
                        ISSUER,
                        intended,
                        planned,
                        Map.of(ENTERPRISE, JwkSet.of(List.of(stray)))))
                .anyMatch(v -> v.contains("scope enterprise has a key for the issuer of this one"));
    }

    @Test
    void doesNotTakeAScopeForAnotherThanItself() {
        Publication served = keyring.servedPublication().orElseThrow();
        JwksDocument document = JwksRenderer.render(keyring, served);

        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> JwksLint.violations(document, ISSUER, keyring, served, Map.of(CONSUMER, JwkSet.empty())));
    }
}
