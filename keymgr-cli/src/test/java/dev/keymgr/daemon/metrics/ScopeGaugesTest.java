package dev.keymgr.daemon.metrics;

import static dev.keymgr.daemon.metrics.SampleScope.CONSUMER;
import static dev.keymgr.daemon.metrics.SampleScope.POLICY;
import static dev.keymgr.daemon.metrics.SampleScope.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.key.Keyring;
import dev.keymgr.key.SigningAlgorithm;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Numbers of a scope from its keyring, its policy and an instant. */
class ScopeGaugesTest {
    private static final Duration LATE = Duration.ofMinutes(15);

    private static ScopeGauges at(Keyring keyring, Instant now) {
        return ScopeGauges.of(keyring, POLICY, Probing.UNPROBED, now);
    }

    private static GroupGauges only(ScopeGauges gauges) {
        assertThat(gauges.groups()).hasSize(1);
        return gauges.groups().get(0);
    }

    @Test
    void aScopeWithoutKeysHasNoAgesAndAStepDue() {
        ScopeGauges gauges = at(Keyring.empty(CONSUMER), START);

        assertThat(only(gauges))
                .isEqualTo(new GroupGauges(SigningAlgorithm.ES256, null, null, Duration.ZERO, Duration.ZERO, 0, 0));
        assertThat(gauges.critical()).isPositive();
    }

    @Test
    void agesCountFromGeneration() {
        GroupGauges group = only(at(SampleScope.withStandby(), START.plus(Duration.ofHours(5))));

        assertThat(group.activeAge()).isEqualTo(Duration.ofHours(5));
        assertThat(group.oldestListedAge()).isEqualTo(Duration.ofHours(5));
    }

    @Test
    void theNextEventIsTheRotation() {
        Instant now = START.plus(Duration.ofHours(5));

        assertThat(only(at(SampleScope.withStandby(), now)).nextEvent())
                .isEqualTo(Duration.ofDays(10).minusHours(5));
    }

    @Test
    void aStandbyIsReadyWhenEveryCacheKnowsIt() {
        Instant ready = START.plusSeconds(60).plus(Duration.ofMinutes(66));

        assertThat(only(at(SampleScope.withStandby(), ready.minusMillis(1))))
                .matches(g -> g.standbys() == 1 && g.standbysReady() == 0);
        assertThat(only(at(SampleScope.withStandby(), ready)))
                .matches(g -> g.standbys() == 1 && g.standbysReady() == 1);
        assertThat(only(at(SampleScope.signing(SigningAlgorithm.ES256), ready)).standbys())
                .isZero();
    }

    @Test
    void aRotationThatDoesNotComeIsOverdueByTheTimeSinceItWasDue() {
        Instant due = START.plus(Duration.ofDays(10));
        Keyring keyring = SampleScope.withStandby();

        assertThat(only(at(keyring, due.minusSeconds(1))).overdue()).isZero();
        assertThat(only(at(keyring, due.plus(LATE))).overdue()).isEqualTo(LATE);
        assertThat(only(at(keyring, due.plus(LATE))).nextEvent()).isEqualTo(Duration.ZERO);
        assertThat(at(keyring, due.plus(LATE)).overdueLimit()).isEqualTo(LATE);
        assertThat(at(keyring, due.plus(LATE)).critical()).isZero();
        assertThat(at(keyring, due.plus(LATE).plusMillis(1)).critical()).isEqualTo(1);
    }

    @Test
    void aDocumentLagsFromItsDecisionUntilItIsEverywhere() {
        Instant decided = START.plus(Duration.ofHours(1));
        Keyring keyring = SampleScope.decided(SampleScope.withStandby(), decided);

        assertThat(at(keyring, decided.plusSeconds(90)).publicationLag()).isEqualTo(Duration.ofSeconds(90));
        assertThat(at(SampleScope.withStandby(), decided).publicationLag()).isZero();
    }

    @Test
    void aKeyThatNoProbeHasSeenLagsFromItsPublication() {
        Instant now = START.plusSeconds(360);
        Keyring unseen = SampleScope.withStandby();
        Keyring seen = unseen.observed(List.of(SampleScope.standby()), now);

        ScopeGauges gauges = ScopeGauges.of(unseen, POLICY, Probing.PROBED, now);
        assertThat(gauges.probeLag()).isEqualTo(Duration.ofMinutes(5));
        assertThat(gauges.probeLagLimit()).isEqualTo(Duration.ofMinutes(20));
        assertThat(ScopeGauges.of(seen, POLICY, Probing.PROBED, now).probeLag()).isZero();
        assertThat(ScopeGauges.of(unseen, POLICY, Probing.UNPROBED, now).probeLag())
                .isNull();
    }

    @Test
    void nothingIsNegativeWhenTheClockGoesBack() {
        ScopeGauges gauges = at(SampleScope.withStandby(), START.minusSeconds(10));

        assertThat(only(gauges).activeAge()).isZero();
        assertThat(only(gauges).overdue()).isZero();
        assertThat(gauges.publicationLag()).isZero();
    }

    @Test
    void aGroupThatLeftThePolicyCountsUntilItsKeysAreGone() {
        Keyring keyring = SampleScope.signing(SigningAlgorithm.ES384);

        assertThat(at(keyring, START).groups())
                .extracting(GroupGauges::algorithm)
                .containsExactly(SigningAlgorithm.ES256, SigningAlgorithm.ES384);
        assertThat(at(keyring, START).groups().get(1).activeAge()).isZero();
    }
}
