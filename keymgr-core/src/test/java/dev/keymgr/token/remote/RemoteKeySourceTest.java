package dev.keymgr.token.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keymgr.key.KeymgrException;
import dev.keymgr.testkit.TestAuthority;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteKeySourceTest extends RemoteFixture {
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
        assertThat(source.status().lastError()).contains("status 503", "what was fetched before");

        clock.set(START.plus(VALIDITY));
        assertStale(source);

        server.recover();
        publish(2, ONE);
        clock.advance(Duration.ofMinutes(1));
        source.refreshDue();
        assertThat(source.own().kids()).containsExactly(ONE.kid());
        assertThat(source.status().failures()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"jwks.jwt", "revoked-keys.jwt"})
    void countsTheFailuresOfOneDocumentWhileTheOtherIsHeard(String gone) {
        publish(1, ONE);
        RemoteDocuments source = signed();
        source.own();
        byte[] document = server.get(gone);

        server.remove(gone);
        for (int failures = 1; failures <= 3; failures++) {
            clock.advance(Duration.ofMinutes(10));
            source.refreshDue();
            assertThat(source.status().failures()).isEqualTo(failures);
        }

        server.put(gone, document);
        clock.advance(Duration.ofMinutes(10));
        source.refreshDue();
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
    void saysNothingOfWhatWasFetchedBeforeWhereNothingWas() {
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(signed()::own)
                .withMessageContaining("jwks.jwt answers with status 404)")
                .withMessageNotContaining("fetched before");
    }

    @Test
    void asksForTheFolderWhereItWasGivenAFile() {
        RemoteDocuments source = RemoteKeySource.signedDocuments(
                URI.create(server.address() + "/jwks.jwt"),
                TestAuthority.pinned(SCOPE, FIRST, SECOND),
                CLIENT,
                clock,
                new Random(7),
                RefreshPolicy.DEFAULT);

        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(source::own)
                .withMessageContaining("status 404; give the address of the folder, without the name of a file");
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
