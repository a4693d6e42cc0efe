package dev.keymgr.token;

import static dev.keymgr.token.TestIssuer.DRAIN;
import static dev.keymgr.token.TestIssuer.FIRST;
import static dev.keymgr.token.TestIssuer.NOW;
import static dev.keymgr.token.TestIssuer.POLICY;
import static dev.keymgr.token.TestIssuer.SCOPE;
import static dev.keymgr.token.TestIssuer.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.jwks.TestKeyrings;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.SigningAlgorithm;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** How a signer follows a keyring that changes, a store that is away and a token that is. */
class TokenSignerFollowingTest {
    private final TestIssuer issuer = new TestIssuer();

    @Test
    void prefersItsFirstAlgorithmThatHasAnActiveKey() throws NoSuchAlgorithmException {
        TestKey rsa = TestKey.generate(SigningAlgorithm.RS256);
        issuer.have(TestKeyrings.rolled(issuer.keyring(), rsa, NOW));
        issuer.hold(rsa);
        assertThat(issuer.signedKid()).isEqualTo(FIRST.kid().value());

        issuer.have(issuer.keyring().suspended(FIRST.kid(), NOW));
        assertThat(TestIssuer.kidOf(issuer.signer(SCOPE, POLICY).sign(Map.of())))
                .isEqualTo(rsa.kid().value());
    }

    @Test
    void readsTheStoreOnceInAQuarterOfTheDrainAndOpensOneHandle() {
        for (int i = 0; i < 100; i++) {
            issuer.signedKid();
        }
        assertThat(issuer.reads()).isEqualTo(1);

        issuer.clock().advance(DRAIN.dividedBy(4));
        for (int i = 0; i < 100; i++) {
            issuer.signedKid();
        }
        assertThat(issuer.reads()).isEqualTo(2);
        assertThat(issuer.hsm().opened()).isEqualTo(1);
    }

    @Test
    void followsARolloverWithinAQuarterOfTheDrain() {
        assertThat(issuer.signedKid()).isEqualTo(FIRST.kid().value());
        issuer.roll();
        assertThat(issuer.signedKid())
                .as("not looked again yet")
                .isEqualTo(FIRST.kid().value());

        issuer.clock().advance(DRAIN.dividedBy(4));
        assertThat(issuer.signedKid()).isEqualTo(SECOND.kid().value());
        assertThat(issuer.hsm().opened()).isEqualTo(2);
    }

    @Test
    void goesOnWithoutTheStoreUntilTheDrainIsOverAndNotAnInstantLonger() {
        issuer.signedKid();
        issuer.loseStore();

        issuer.clock().advance(DRAIN.minusNanos(1));
        assertThat(issuer.signedKid()).isEqualTo(FIRST.kid().value());

        issuer.clock().advance(Duration.ofNanos(1));
        issuer.assertRefused(ErrorCode.STALE, Map.of());

        issuer.findStore();
        assertThat(issuer.signedKid()).isEqualTo(FIRST.kid().value());
    }

    @Test
    void doesNotAskADeadStoreForEachToken() {
        issuer.signedKid();
        issuer.loseStore();
        issuer.clock().advance(DRAIN.dividedBy(4));
        for (int i = 0; i < 100; i++) {
            issuer.signedKid();
        }

        assertThat(issuer.reads()).isEqualTo(2);
        issuer.clock().advance(DRAIN.dividedBy(16));
        issuer.signedKid();
        assertThat(issuer.reads()).isEqualTo(3);
    }

    @Test
    void saysWhyWhenItHasNeverSeenTheStore() {
        issuer.loseStore();

        issuer.assertRefused(ErrorCode.STORE_UNAVAILABLE, Map.of());
    }

    @Test
    void looksAgainWhenTheClockWentBack() {
        issuer.signedKid();
        issuer.roll();
        issuer.clock().set(NOW.minusSeconds(1));

        assertThat(issuer.signedKid()).isEqualTo(SECOND.kid().value());
    }

    @Test
    void signsNothingWithoutAnActiveKey() {
        issuer.signedKid();
        issuer.have(issuer.keyring()
                .compromised(Set.of(FIRST.kid()), new Compromise("stolen", Compromise.Cause.KEY, NOW), NOW));
        issuer.clock().advance(DRAIN.dividedBy(4));

        issuer.assertRefused(ErrorCode.STALE, Map.of());
    }

    @Test
    void looksAtOnceWhenTheTokenNoLongerHasTheKey() {
        issuer.signedKid();
        issuer.hsm().destroy(issuer.keyring().require(FIRST.kid()).location().id());
        issuer.assertRefused(ErrorCode.TOKEN_KEY_MISSING, Map.of());

        issuer.roll();
        assertThat(issuer.signedKid()).isEqualTo(SECOND.kid().value());
    }

    @Test
    void recoversWhenTheTokenComesBack() {
        issuer.hsm().takeDown();
        issuer.assertRefused(ErrorCode.TOKEN_UNAVAILABLE, Map.of());
        issuer.hsm().bringBack();

        assertThat(issuer.signedKid()).isEqualTo(FIRST.kid().value());
        assertThat(issuer.reads()).isEqualTo(1);
    }

    @Test
    void doesNotFallBackToTheOldKeyWhenTheTokenOfTheNewOneIsDown() {
        issuer.signedKid();
        issuer.roll();
        issuer.hsm().takeDown();
        issuer.clock().advance(DRAIN.dividedBy(4));

        issuer.assertRefused(ErrorCode.TOKEN_UNAVAILABLE, Map.of());
        issuer.assertRefused(ErrorCode.TOKEN_UNAVAILABLE, Map.of());
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
            issuer.signedKid();
            issuer.roll();
            issuer.clock().advance(DRAIN.dividedBy(4));
            assertThat(issuer.signedKid()).isEqualTo(SECOND.kid().value());
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
        assertThat(issuer.reads()).as("single flight").isLessThanOrEqualTo(3);
        assertThat(issuer.hsm().opened()).isLessThanOrEqualTo(2);
    }

    /** Signs until the rollover is over, and some more. */
    private List<String> signThrough(CountDownLatch rolled) {
        List<String> tokens = new ArrayList<>();
        for (int after = 0; after < 20; after += rolled.getCount() == 0 ? 1 : 0) {
            tokens.add(issuer.signer().sign(Map.of("n", tokens.size())));
        }
        return tokens;
    }
}
