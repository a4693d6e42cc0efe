package dev.keymgr.rollover;

import static dev.keymgr.rollover.Rollovers.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.testkit.Policies;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The worked example of the design, number by number. */
final class TimingTest {
    private final RolloverPolicy policy = Policies.workedExample();
    private final Timing timing = new Timing(policy);

    @Test
    void publishesSixtySixMinutesAheadOfUse() {
        assertThat(policy.publicationInterval()).isEqualTo(Duration.ofMinutes(66));
    }

    @Test
    void keepsARetiredKeyPublishedForSixtyFiveMinutes() {
        assertThat(policy.retireInterval()).isEqualTo(Duration.ofMinutes(65));
    }

    @Test
    void letsTheFirstKeyOfAScopeSignAtOnce() {
        SigningKey first = Rollovers.active(Rollovers.settled(policy), SigningAlgorithm.ES256);

        assertThat(timing.readyAt(first).orElseThrow().result()).isEqualTo(START);
    }

    @Test
    void makesEveryLaterKeyReadyAfterPropagationCacheAndSkew() {
        SigningKey standby = Rollovers.standby(Rollovers.settled(policy), SigningAlgorithm.ES256);

        Derivation readyAt = timing.readyAt(standby).orElseThrow();

        assertThat(readyAt.result()).isEqualTo(START.plus(Duration.ofMinutes(66)));
        assertThat(readyAt.terms()).extracting(Derivation.Term::symbol).containsExactly("P", "C*", "σ");
    }

    @Test
    void wantsASuccessorPublishedEightyOneMinutesBeforeTheRotation() {
        SigningKey active = Rollovers.active(Rollovers.settled(policy), SigningAlgorithm.ES256);

        assertThat(timing.latestPublication(active).result())
                .isEqualTo(START.plus(Duration.ofDays(14)).minus(Duration.ofMinutes(66 + 15)));
    }

    @Test
    void endsTrustSixtyFiveMinutesAfterRemoval() {
        Keyring keyring = Rollovers.settled(policy);
        Instant rotated = START.plus(Duration.ofDays(14));
        keyring = Rollovers.settle(keyring, policy, rotated);
        SigningKey old = Rollovers.only(keyring, KeyState.RETIRED);
        Instant removed = timing.deadAt(old).result();
        keyring = Rollovers.settle(keyring, policy, removed);

        assertThat(removed).isEqualTo(rotated.plus(Duration.ofMinutes(65)));
        assertThat(timing.trustEnds(keyring.require(old.kid())).result())
                .isEqualTo(removed.plus(Duration.ofMinutes(65)));
    }

    @Test
    void aProbeThatSawTheKeyLateDelaysReadiness() {
        Keyring keyring = Rollovers.settled(policy);
        SigningKey standby = Rollovers.standby(keyring, SigningAlgorithm.ES256);
        Instant seen = START.plus(Duration.ofMinutes(30));
        Keyring observed = keyring.observed(List.of(standby.kid()), seen);

        assertThat(timing.readyAt(observed.require(standby.kid())).orElseThrow().result())
                .isEqualTo(seen.plus(Duration.ofMinutes(61)));
    }

    @Test
    void aProbeThatSawTheKeyEarlyDoesNotHastenIt() {
        Keyring keyring = Rollovers.settled(policy);
        SigningKey standby = Rollovers.standby(keyring, SigningAlgorithm.ES256);
        Keyring observed = keyring.observed(List.of(standby.kid()), START.plusSeconds(1));

        assertThat(timing.readyAt(observed.require(standby.kid())).orElseThrow().result())
                .isEqualTo(START.plus(Duration.ofMinutes(66)));
    }

    @Test
    void aShorterMaxAgeHelpsOnlyAfterTheLongerOneHasAgedOut() {
        Keyring keyring = Rollovers.settled(policy);
        RolloverPolicy brisk = Policies.with(
                policy,
                RolloverPolicy.Caching.of(Duration.ofMinutes(5), Map.of()),
                policy.lifetime().max());
        Instant rotated = START.plus(Duration.ofDays(14));
        keyring = Rollovers.settle(keyring, brisk, rotated);
        SigningKey fresh = Rollovers.standby(keyring, SigningAlgorithm.ES256);

        Instant readyAt = new Timing(brisk).readyAt(fresh).orElseThrow().result();

        assertThat(readyAt).isEqualTo(rotated.plus(Duration.ofMinutes(5 + 60 + 1)));
        Instant later = rotated.plus(Duration.ofDays(14));
        keyring = Rollovers.settle(Rollovers.settle(keyring, brisk, rotated.plus(Duration.ofHours(3))), brisk, later);
        SigningKey afterwards = Rollovers.standby(keyring, SigningAlgorithm.ES256);
        assertThat(new Timing(brisk).readyAt(afterwards).orElseThrow().result())
                .isEqualTo(later.plus(Duration.ofMinutes(5 + 5 + 1)));
    }

    @Test
    void keepsTheLongestTokenLifeThatWasInForce() {
        Keyring keyring = Rollovers.settled(policy);
        RolloverPolicy longer = Policies.with(policy, policy.cache(), Duration.ofHours(5));
        keyring = Rollovers.settle(keyring, longer, START.plus(Duration.ofDays(1)));
        Instant rotated = START.plus(Duration.ofDays(14));
        keyring = Rollovers.settle(keyring, policy, rotated);
        SigningKey old = Rollovers.only(keyring, KeyState.RETIRED);

        assertThat(timing.deadAt(old).result()).isEqualTo(rotated.plus(Duration.ofMinutes(2 + 300 + 2 + 1)));
    }
}
