package dev.keymgr.token.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.keymgr.json.Json;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.testkit.TestAuthority;
import dev.keymgr.testkit.TestClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteKeySourceTest {
    private static final Scope SCOPE =
            new Scope(new ScopeName("enterprise"), "https://enterprise.example", List.of("mail"));
    private static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    private static final Duration VALIDITY = Duration.ofHours(6);
    private static final TestAuthority FIRST = TestAuthority.of(SCOPE, "a", START.minusSeconds(60));
    private static final TestAuthority SECOND = TestAuthority.of(SCOPE, "b", START.minusSeconds(60));
    private static final TestKey ONE = TestKey.generate(SigningAlgorithm.ES256);
    private static final TestKey TWO = TestKey.generate(SigningAlgorithm.ES256);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final TestClock clock = new TestClock(START);
    private KeyServer server;

    @BeforeEach
    void start() {
        server = new KeyServer();
        server.cacheControl("jwks.jwt", "public, max-age=600");
        server.cacheControl("jwks.json", "max-age=600");
        server.cacheControl("revoked-keys.jwt", "max-age=5");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RemoteDocuments signed(RefreshPolicy policy) {
        return RemoteKeySource.signedDocuments(
                server.address(), TestAuthority.pinned(SCOPE, FIRST, SECOND), CLIENT, clock, new Random(7), policy);
    }

    private RemoteDocuments signed() {
        return signed(RefreshPolicy.DEFAULT);
    }

    private RemoteDocuments plain(RefreshPolicy.Unbound unbound) {
        RefreshPolicy policy = RefreshPolicy.DEFAULT;
        return RemoteKeySource.unsignedDocuments(
                server.address(),
                SCOPE.issuer(),
                CLIENT,
                clock,
                new Random(7),
                new RefreshPolicy(
                        policy.timeout(),
                        policy.keys(),
                        policy.revocations(),
                        policy.unknownKid(),
                        policy.clockSkew(),
                        new RefreshPolicy.Unsigned(Duration.ofHours(1), unbound)));
    }

    private void publishKeys(TestAuthority by, long sequence, TestKey... keys) {
        List<Map<String, Object>> members = new ArrayList<>();
        for (TestKey key : keys) {
            members.add(by.certified(key, START).toMembers());
        }
        server.put("jwks.jwt", KeyServer.bytes(by.set(sequence, clock.instant(), VALIDITY, members)));
    }

    private void publishRevocations(TestAuthority by, long sequence, List<Kid> keys, List<Kid> authorities) {
        server.put(
                "revoked-keys.jwt",
                KeyServer.bytes(
                        by.revocations(sequence, clock.instant(), VALIDITY, entries(keys), entries(authorities))));
    }

    private static List<Map<String, Object>> entries(List<Kid> kids) {
        return kids.stream()
                .map(k -> Map.<String, Object>of("kid", k.value(), "revoked_at", START.getEpochSecond()))
                .toList();
    }

    private void publish(long sequence, TestKey... keys) {
        publishKeys(FIRST, sequence, keys);
        publishRevocations(FIRST, sequence, List.of(), List.of());
    }

    private static void assertStale(RemoteDocuments source) {
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(source::own)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STALE));
    }

    @Test
    void fetchesBothDocumentsWhenItIsFirstAskedAndNothingMoreUntilTheyAreDue() {
        publish(1, ONE);
        RemoteDocuments source = signed();

        assertThat(source.own().kids()).containsExactly(ONE.kid());
        assertThat(source.revoked()).isEmpty();
        assertThat(source.freshness().orElseThrow().sequence()).isEqualTo(1);
        assertThat(server.asked()).containsExactly("revoked-keys.jwt 200", "jwks.jwt 200");

        source.refreshDue();
        source.own();
        assertThat(server.asked()).isEmpty();
    }

    @Test
    void looksAgainAtHalfTheMaxAgeOfTheKeysAndAtThatOfTheRevocationsAndSendsTheTag() {
        publish(1, ONE);
        RemoteDocuments source = signed();
        source.refreshDue();
        server.asked();

        clock.advance(Duration.ofSeconds(5));
        Instant next = source.refreshDue();
        assertThat(server.asked()).containsExactly("revoked-keys.jwt 304");
        assertThat(next)
                .isBetween(clock.instant().plusSeconds(4), clock.instant().plusSeconds(5));

        clock.advance(Duration.ofSeconds(295));
        source.refreshDue();
        assertThat(server.asked()).containsExactly("revoked-keys.jwt 304", "jwks.jwt 304");
        assertThat(source.freshness().orElseThrow().confirmedAt()).isEqualTo(clock.instant());
    }

    @Test
    void bindsTheMaxAgeFromBelowAndFromAbove() {
        publish(1, ONE);
        server.cacheControl("jwks.jwt", "no-store, max-age=600");
        server.cacheControl("revoked-keys.jwt", "max-age=999999");
        RemoteDocuments source = signed();

        Instant next = source.refreshDue();
        assertThat(next).isBetween(START.plusSeconds(4), START.plusSeconds(5));
        clock.advance(Duration.ofMinutes(1));
        source.refreshDue();
        assertThat(server.asked()).contains("revoked-keys.jwt 304");
    }

    @Test
    void learnsOfARevocationAtTheNextLookAndThenLooksAtTheKeysToo() {
        publish(1, ONE, TWO);
        RemoteDocuments source = signed();
        source.own();

        clock.advance(Duration.ofSeconds(5));
        publishKeys(FIRST, 2, TWO);
        publishRevocations(FIRST, 2, List.of(ONE.kid()), List.of());
        source.refreshDue();

        assertThat(source.revoked()).containsExactly(ONE.kid());
        assertThat(source.own().kids()).containsExactly(TWO.kid());
    }

    @Test
    void goesByWhatItHasWhileTheServerIsAwayAndByNothingFromTheEndOfItsTimeOn() {
        publish(1, ONE);
        RemoteDocuments source = signed();
        source.own();

        server.fail(503);
        clock.set(START.plus(VALIDITY).minusNanos(1));
        source.refreshDue();
        assertThat(source.own().kids()).containsExactly(ONE.kid());
        assertThat(source.status().failures()).isPositive();
        assertThat(source.status().lastError()).contains("status 503");

        clock.set(START.plus(VALIDITY));
        assertStale(source);

        server.recover();
        publish(2, ONE);
        clock.advance(Duration.ofMinutes(1));
        source.refreshDue();
        assertThat(source.own().kids()).containsExactly(ONE.kid());
        assertThat(source.status().failures()).isZero();
    }

    @Test
    void isStaleUntilTheFirstDocumentsComeAndAsksNoFasterThanRetriesAreDue() {
        RemoteDocuments source = signed();
        assertStale(source);
        assertThat(server.asked()).containsExactly("revoked-keys.jwt 404", "jwks.jwt 404");
        assertStale(source);
        assertThat(server.asked()).isEmpty();

        publish(1, ONE);
        clock.advance(Duration.ofSeconds(1));
        assertThat(source.own().kids()).containsExactly(ONE.kid());
    }

    @Test
    void trustsNothingWithoutTheListOfRevocations() {
        publishKeys(FIRST, 1, ONE);
        assertStale(signed());
    }

    @Test
    void refusesASequenceThatGoesBackAndOtherBytesOfTheSameOne() {
        publish(5, ONE);
        RemoteDocuments source = signed();
        source.own();

        publish(4, TWO);
        clock.advance(Duration.ofMinutes(10));
        source.refreshDue();
        assertThat(source.own().kids()).containsExactly(ONE.kid());
        assertThat(source.status().lastError()).contains("went back from 5 to 4");

        publish(5, TWO);
        clock.advance(Duration.ofMinutes(10));
        source.refreshDue();
        assertThat(source.own().kids()).containsExactly(ONE.kid());
        assertThat(source.status().lastError()).contains("other bytes");
    }

    @Test
    void forgetsWhatARevokedAuthorityVouchedForAndGoesOnWithTheOther() {
        publish(1, ONE);
        RemoteDocuments source = signed();
        source.own();

        publishRevocations(SECOND, 2, List.of(), List.of(FIRST.authority().kid()));
        clock.advance(Duration.ofSeconds(5));
        source.refreshDue();
        assertStale(source);
        assertThat(source.status().authorities())
                .containsExactly(SECOND.authority().kid());

        publishKeys(SECOND, 2, ONE);
        clock.advance(Duration.ofMinutes(1));
        source.refreshDue();
        assertThat(source.own().kids()).containsExactly(ONE.kid());
    }

    @Test
    void goesFromTheSetOfARevokedAuthorityToThatOfAnotherWithoutAGap() throws Exception {
        publish(1, ONE, TWO);
        RemoteDocuments source = signed();
        source.own();
        publishKeys(SECOND, 2, ONE);
        publishRevocations(
                SECOND, 2, List.of(TWO.kid()), List.of(FIRST.authority().kid()));
        clock.advance(Duration.ofSeconds(5));
        CountDownLatch gate = new CountDownLatch(1);
        server.hold("jwks.jwt", gate);
        Thread fetching = new Thread(source::refreshDue);
        fetching.start();
        try {
            Awaitility.await().until(() -> source.revoked().contains(TWO.kid()));
            assertThat(source.own().kids()).contains(ONE.kid());
        } finally {
            gate.countDown();
            fetching.join();
        }
        assertThat(source.own().kids()).containsExactly(ONE.kid());
    }

    @Test
    void doesNotGoByAListThatARevokedAuthoritySigned() {
        publish(1, ONE);
        RemoteDocuments source = signed();
        source.own();

        publishRevocations(FIRST, 2, List.of(), List.of(FIRST.authority().kid()));
        clock.advance(Duration.ofSeconds(5));
        source.refreshDue();
        assertStale(source);
    }

    @Test
    void looksForAnUnknownKidOnceInAPauseHoweverManyAreInvented() {
        publish(1, ONE);
        RemoteDocuments source = signed();
        source.own();
        server.asked();

        for (int i = 0; i < 50; i++) {
            source.ownAfterUnknown(kid(i));
        }
        assertThat(server.asked()).isEmpty();

        publish(2, ONE, TWO);
        clock.advance(RefreshPolicy.DEFAULT.unknownKid().pause());
        for (int i = 0; i < 50; i++) {
            assertThat(source.ownAfterUnknown(kid(i)).find(TWO.kid())).isPresent();
        }
        assertThat(server.asked()).containsExactly("revoked-keys.jwt 200", "jwks.jwt 200");
    }

    @Test
    void looksForUnknownKidsNoMoreThanSoManyTimesAnHour() {
        publish(1, ONE);
        RefreshPolicy policy = RefreshPolicy.DEFAULT;
        RemoteDocuments source = signed(new RefreshPolicy(
                policy.timeout(),
                policy.keys(),
                policy.revocations(),
                new RefreshPolicy.Refetch(Duration.ofSeconds(1), 3),
                policy.clockSkew(),
                policy.unsigned()));
        source.own();
        server.asked();

        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofSeconds(1));
            source.ownAfterUnknown(kid(i));
        }
        assertThat(server.asked()).filteredOn(a -> a.startsWith("jwks.jwt")).hasSize(3);

        clock.advance(Duration.ofHours(1));
        source.ownAfterUnknown(kid(0));
        assertThat(server.asked()).contains("jwks.jwt 304");
    }

    private static Kid kid(int number) {
        return new Kid(String.format(Locale.ROOT, "%043d", number));
    }

    @Test
    void keepsNobodyWaitingWhileSomebodyElseFetches() throws Exception {
        publish(1, ONE);
        RemoteDocuments source = signed();
        source.own();
        clock.advance(Duration.ofMinutes(10));
        CountDownLatch gate = new CountDownLatch(1);
        server.hold(gate);
        Thread fetching = new Thread(source::refreshDue);
        fetching.start();
        try {
            Awaitility.await().until(() -> fetching.getState() == Thread.State.TIMED_WAITING);
            assertThat(source.own().kids()).containsExactly(ONE.kid());
            assertThat(source.ownAfterUnknown(kid(1)).kids()).containsExactly(ONE.kid());
            assertThat(server.asked()).hasSize(2);
        } finally {
            gate.countDown();
            fetching.join();
        }
    }

    @Test
    void dropsTheKeysOfAnotherIssuerAndThoseOfNobody() {
        List<Map<String, Object>> keys = new ArrayList<>();
        keys.add(FIRST.certified(ONE, START).toMembers());
        Scope other = new Scope(new ScopeName("consumer"), "https://consumer.example", List.of("x"));
        keys.add(TestAuthority.of(other, "c", START).certified(TWO, START).toMembers());
        TestKey unbound = TestKey.generate(SigningAlgorithm.ES256);
        keys.add(unbound.jwk().toMembers());
        server.put("jwks.json", Json.render(Map.of("keys", keys)));

        assertThat(plain(RefreshPolicy.Unbound.REFUSED).own().kids()).containsExactly(ONE.kid());
        assertThat(plain(RefreshPolicy.Unbound.ADMITTED).own().kids())
                .containsExactlyInAnyOrder(ONE.kid(), unbound.kid());
    }

    @Test
    void goesByAPlainSetForItsTimeOfTrustAfterTheLastWordOfItsIssuer() {
        server.put(
                "jwks.json",
                Json.render(Map.of("keys", List.of(FIRST.certified(ONE, START).toMembers()))));
        RemoteDocuments source = plain(RefreshPolicy.Unbound.REFUSED);
        source.own();
        server.fail(500);
        clock.advance(Duration.ofHours(1).minusNanos(1));
        source.refreshDue();
        assertThat(source.own().kids()).containsExactly(ONE.kid());
        assertThat(source.revoked()).isEmpty();

        clock.advance(Duration.ofNanos(1));
        assertStale(source);
    }

    @Test
    void followsNoRedirectAndReadsNoMoreThanADocumentMayBe() {
        server.redirect("http://localhost:1/keys");
        assertStale(signed());
        server.recover();

        publishRevocations(FIRST, 1, List.of(), List.of());
        server.put("jwks.jwt", new byte[(1 << 19) + 1]);
        RemoteDocuments source = signed();
        assertStale(source);
        assertThat(source.status().lastError()).contains("more than " + (1 << 19) + " bytes");
    }

    @Test
    void takesNoClientThatFollowsRedirects() {
        HttpClient led = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemoteKeySource.signed(
                        server.address(),
                        TestAuthority.pinned(SCOPE, FIRST),
                        led,
                        clock,
                        new Random(7),
                        RefreshPolicy.DEFAULT))
                .withMessageContaining("redirects");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://keys.example/x",
                "http://127.0.0.1.evil.example/x",
                "ftp://localhost/x",
                "https://user@keys.example/x",
                "https://keys.example/x?y",
                "https://keys.example/x#y",
                "keys.example",
                "file:///etc/keys"
            })
    void takesNoAddressThatIsNotSafe(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemoteKeySource.signed(
                        URI.create(address),
                        TestAuthority.pinned(SCOPE, FIRST),
                        CLIENT,
                        clock,
                        new Random(7),
                        RefreshPolicy.DEFAULT));
    }

    @Test
    void keepsItselfFreshInTheBackgroundUntilItIsClosed() {
        publish(1, ONE);
        try (RemoteKeySource source = RemoteKeySource.signed(
                server.address(),
                TestAuthority.pinned(SCOPE, FIRST, SECOND),
                CLIENT,
                clock,
                new Random(7),
                new RefreshPolicy(
                        Duration.ofSeconds(5),
                        new RefreshPolicy.Bounds(Duration.ofMillis(20), Duration.ofMillis(20)),
                        new RefreshPolicy.Bounds(Duration.ofMillis(10), Duration.ofMillis(10)),
                        RefreshPolicy.DEFAULT.unknownKid(),
                        Duration.ofSeconds(10),
                        RefreshPolicy.DEFAULT.unsigned()))) {
            Awaitility.await().until(() -> source.status().trustedUntil() != null);
            assertThat(source.own().kids()).containsExactly(ONE.kid());

            publish(2, TWO);
            Awaitility.await().until(() -> {
                clock.advance(Duration.ofMillis(20));
                return source.own().find(TWO.kid()).isPresent();
            });
            assertThat(source.status().sequence()).isEqualTo(2);
        }
    }
}
