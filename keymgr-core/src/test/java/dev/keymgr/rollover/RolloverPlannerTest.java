package dev.keymgr.rollover;

import static dev.keymgr.rollover.Rollovers.CONSUMER;
import static dev.keymgr.rollover.Rollovers.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TooEarlyException;
import dev.keymgr.testkit.Policies;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class RolloverPlannerTest {
    private static final SigningAlgorithm ES256 = SigningAlgorithm.ES256;
    private static final Duration R = Duration.ofDays(14);

    private final RolloverPolicy policy = Policies.workedExample();
    private final RolloverPlanner planner = new RolloverPlanner();

    @Test
    void setsUpANewScopeWithAnActiveKeyAndAStandbyInTheOtherToken() {
        Keyring keyring = Rollovers.settled(policy);

        SigningKey active = Rollovers.active(keyring, ES256);
        SigningKey standby = Rollovers.standby(keyring, ES256);
        assertThat(keyring.keys()).hasSize(2);
        assertThat(standby.location().token()).isNotEqualTo(active.location().token());
        assertThat(keyring.servedPublication().orElseThrow().kids())
                .containsExactlyInAnyOrder(active.kid(), standby.kid());
    }

    @Test
    void hasNothingDueRightAfterWhatWasDueIsDone() {
        Keyring keyring = Rollovers.settled(policy);

        RolloverPlan plan = planner.plan(keyring, policy, START);

        assertThat(plan.due()).isEmpty();
        assertThat(plan.nextLookAt()).isAfter(START);
    }

    @Test
    void foretellsThatAnAttemptUnderWayEndsWell() {
        KeyGroup group = new KeyGroup(CONSUMER, ES256);
        GenerationIntent intent =
                new GenerationIntent(group, new KeyLocation(policy.tokens().get(0), new CkaId("0f".repeat(16))), START);
        Keyring interrupted = Keyring.empty(CONSUMER).intending(intent, START);

        Forecast forecast = Forecast.of(interrupted, policy, START, START.plus(R));

        assertThat(forecast.complete()).isTrue();
        assertThat(forecast.events().stream()
                        .filter(e -> e.step() instanceof Step.Generate generate && intent.equals(generate.resumed())))
                .hasSize(1);
    }

    @Test
    void rotatesWhenThePeriodIsOverAndNotASecondSooner() {
        Keyring keyring = Rollovers.settled(policy);
        Kid first = Rollovers.active(keyring, ES256).kid();
        Kid second = Rollovers.standby(keyring, ES256).kid();

        assertThat(planner.plan(keyring, policy, START.plus(R).minusMillis(1)).due())
                .isEmpty();
        Keyring after = Rollovers.settle(keyring, policy, START.plus(R));

        assertThat(Rollovers.active(after, ES256).kid()).isEqualTo(second);
        assertThat(Rollovers.state(after, first)).isEqualTo(KeyState.RETIRED);
    }

    @Test
    void makesANewStandbyAsSoonAsOneIsUsed() {
        Keyring after = Rollovers.settle(Rollovers.settled(policy), policy, START.plus(R));

        assertThat(Rollovers.standby(after, ES256).location().token())
                .isNotEqualTo(Rollovers.active(after, ES256).location().token());
    }

    @Test
    void destroysThePrivateHalfAfterTheDrainAndRemovesTheKeyWhenItsTokensAreDead() {
        Instant rotated = START.plus(R);
        Keyring keyring = Rollovers.settle(Rollovers.settled(policy), policy, rotated);
        Kid old = Rollovers.only(keyring, KeyState.RETIRED).kid();

        Keyring draining = Rollovers.settle(
                keyring, policy, rotated.plus(Duration.ofMinutes(2)).minusMillis(1));
        assertThat(draining.require(old).privateHalf()).isEqualTo(PrivateHalf.PRESENT);
        Keyring drained = Rollovers.settle(keyring, policy, rotated.plus(Duration.ofMinutes(2)));
        assertThat(drained.require(old).privateHalf()).isEqualTo(PrivateHalf.DESTROYED);
        assertThat(drained.servedPublication().orElseThrow().lists(old)).isTrue();

        Keyring almostDead = Rollovers.settle(
                drained, policy, rotated.plus(Duration.ofMinutes(65)).minusMillis(1));
        assertThat(Rollovers.state(almostDead, old)).isEqualTo(KeyState.RETIRED);
        Keyring dead = Rollovers.settle(drained, policy, rotated.plus(Duration.ofMinutes(65)));
        assertThat(Rollovers.state(dead, old)).isEqualTo(KeyState.REMOVED);
        assertThat(dead.servedPublication().orElseThrow().lists(old)).isFalse();
    }

    @Test
    void aHoldKeepsTheKeyPublishedAndItsPrivateHalfInPlaceUntilItEnds() {
        Instant rotated = START.plus(R);
        Keyring keyring = Rollovers.settle(Rollovers.settled(policy), policy, rotated);
        Kid old = Rollovers.only(keyring, KeyState.RETIRED).kid();
        Instant end = rotated.plus(Duration.ofDays(3));
        Keyring held = keyring.holding(new Hold(old, "audit", "inquiry 7", end), rotated);

        Keyring later = Rollovers.settle(held, policy, end.minusSeconds(1));
        assertThat(Rollovers.state(later, old)).isEqualTo(KeyState.RETIRED);
        assertThat(later.require(old).privateHalf()).isEqualTo(PrivateHalf.PRESENT);
        Keyring released = Rollovers.settle(later, policy, end);
        assertThat(Rollovers.state(released, old)).isEqualTo(KeyState.REMOVED);
        assertThat(released.require(old).privateHalf()).isEqualTo(PrivateHalf.DESTROYED);
    }

    @Test
    void rollsTwoGroupsIndependently() {
        RolloverPolicy both = Policies.of(List.of(ES256, SigningAlgorithm.RS256), R);
        Keyring keyring = Rollovers.settled(both);

        PlannedStep early = planner.rotation(keyring, both, SigningAlgorithm.RS256, START.plus(Duration.ofDays(2)));
        Keyring rotated = keyring.activated(
                ((Step.Activate) early.step()).kid(), both.lifetime().max(), START.plus(Duration.ofDays(2)));
        Keyring after = Rollovers.settle(rotated, both, START.plus(R));

        assertThat(Rollovers.active(after, ES256).times().require(Moment.ACTIVATED))
                .isEqualTo(START.plus(R));
        assertThat(Rollovers.active(after, SigningAlgorithm.RS256).times().require(Moment.ACTIVATED))
                .isEqualTo(START.plus(Duration.ofDays(2)));
    }

    @Test
    void stagesAChangeOfAlgorithm() {
        Keyring keyring = Rollovers.settled(policy);
        Kid old = Rollovers.active(keyring, ES256).kid();
        RolloverPolicy next = Policies.of(List.of(SigningAlgorithm.ES384), R);
        Instant changed = START.plus(Duration.ofDays(1));

        Keyring announced = Rollovers.settle(keyring, next, changed);
        assertThat(Rollovers.state(announced, old)).isEqualTo(KeyState.ACTIVE);
        Keyring waiting = Rollovers.settle(
                announced, next, changed.plus(Duration.ofMinutes(66)).minusMillis(1));
        assertThat(Rollovers.state(waiting, old)).isEqualTo(KeyState.ACTIVE);
        Keyring switched = Rollovers.settle(announced, next, changed.plus(Duration.ofMinutes(66)));
        assertThat(Rollovers.active(switched, SigningAlgorithm.ES384).state()).isEqualTo(KeyState.ACTIVE);
        assertThat(Rollovers.state(switched, old)).isEqualTo(KeyState.RETIRED);
        Keyring gone = Rollovers.settle(
                Rollovers.settle(switched, next, changed.plus(Duration.ofHours(4))),
                next,
                changed.plus(Duration.ofHours(8)));
        assertThat(gone.servedPublication().orElseThrow().kids())
                .allMatch(k -> gone.require(k).algorithm() == SigningAlgorithm.ES384);
    }

    @Test
    void neverAddsAndRemovesInOnePlannedDocument() {
        RolloverPolicy both = Policies.of(List.of(ES256, SigningAlgorithm.RS256), R);

        Forecast year = Forecast.of(Keyring.empty(CONSUMER), both, START, START.plus(Duration.ofDays(366)));

        assertThat(year.complete()).isTrue();
        assertThat(year.events())
                .filteredOn(e -> e.step() instanceof Step.Publish)
                .map(e -> (Step.Publish) e.step())
                .hasSizeGreaterThan(50)
                .allMatch(p -> p.added().isEmpty() || p.removed().isEmpty())
                .allMatch(p -> p.removed().size() <= 1);
    }

    @Test
    void letsTheStandbyTakeOverAtOnceWhenTheActiveKeyIsLost() {
        Keyring keyring = Rollovers.settled(policy);
        Instant later = START.plus(Duration.ofDays(1));
        Keyring lost = keyring.privateLost(Rollovers.active(keyring, ES256).kid(), later);

        Keyring after = Rollovers.settle(lost, policy, later);

        assertThat(Rollovers.active(after, ES256).kid())
                .isEqualTo(Rollovers.standby(keyring, ES256).kid());
    }

    @Test
    void waitsForReadinessEvenWhenNothingElseCanSign() {
        Keyring keyring = Rollovers.settled(policy);
        Instant soon = START.plus(Duration.ofMinutes(1));
        Keyring lost = keyring.privateLost(Rollovers.active(keyring, ES256).kid(), soon);

        RolloverPlan plan = planner.plan(lost, policy, soon);

        assertThat(plan.due()).noneMatch(s -> s.step() instanceof Step.Activate);
        assertThat(Rollovers.find(plan, Step.Activate.class).orElseThrow().earliest())
                .isEqualTo(START.plus(Duration.ofMinutes(66)));
    }

    @Test
    void takesARevokedKeyOutOfTheDocumentBeforeAnythingElse() {
        Keyring keyring = Rollovers.settled(policy);
        Instant later = START.plus(Duration.ofDays(1));
        Kid burnt = Rollovers.active(keyring, ES256).kid();
        Keyring revoked =
                keyring.compromised(Set.of(burnt), new Compromise("stolen", Compromise.Cause.KEY, START), later);

        RolloverPlan plan = planner.plan(revoked, policy, later);
        Keyring after = Rollovers.settle(revoked, policy, later);

        assertThat(plan.due().get(0).step()).isInstanceOf(Step.Activate.class);
        assertThat(plan.due().get(1).step())
                .isInstanceOfSatisfying(
                        Step.Publish.class, p -> assertThat(p.removed()).containsExactly(burnt));
        assertThat(after.servedPublication().orElseThrow().lists(burnt)).isFalse();
        assertThat(Rollovers.state(after, burnt)).isEqualTo(KeyState.COMPROMISED);
    }

    @Test
    void servesNoEmptyDocumentButReplacesALoneRevokedKey() {
        Keyring keyring = Rollovers.settled(policy);
        Instant later = START.plus(Duration.ofDays(1));
        Set<Kid> all = Set.copyOf(keyring.servedPublication().orElseThrow().kids());
        Keyring revoked = keyring.compromised(all, new Compromise("both stolen", Compromise.Cause.HOST, START), later);

        Keyring after = Rollovers.settle(revoked, policy, later);

        assertThat(after.servedPublication().orElseThrow().kids()).isNotEmpty().doesNotContainAnyElementsOf(all);
    }

    @Test
    void countsAnUndecidedSuspensionAsCompromise() {
        Keyring keyring = Rollovers.settled(policy);
        Instant later = START.plus(Duration.ofDays(1));
        Kid suspect = Rollovers.active(keyring, ES256).kid();
        Keyring suspended = keyring.suspended(suspect, later);

        Keyring undecided = Rollovers.settle(
                suspended, policy, later.plus(Duration.ofHours(1)).minusMillis(1));
        assertThat(Rollovers.state(undecided, suspect)).isEqualTo(KeyState.SUSPENDED);
        Keyring decided = Rollovers.settle(suspended, policy, later.plus(Duration.ofHours(1)));
        assertThat(Rollovers.state(decided, suspect)).isEqualTo(KeyState.COMPROMISED);
    }

    @Test
    void refusesAnEarlyRotationAndSaysWhen() {
        Keyring keyring = Rollovers.settled(policy);
        Instant ready = START.plus(Duration.ofMinutes(66));

        assertThatThrownBy(() -> planner.rotation(keyring, policy, ES256, ready.minusMillis(1)))
                .isInstanceOfSatisfying(
                        TooEarlyException.class, e -> assertThat(e.earliest()).isEqualTo(ready));
        assertThat(planner.rotation(keyring, policy, ES256, ready).step()).isInstanceOf(Step.Activate.class);
    }

    @Test
    void forecastsAWholeYearOfSafeRollovers() {
        Forecast year = Forecast.of(Keyring.empty(CONSUMER), policy, START, START.plus(Duration.ofDays(365)));

        assertThat(year.events())
                .filteredOn(e -> e.step() instanceof Step.Activate)
                .hasSize(27);
        assertThat(year.events()).isSortedAccordingTo(Comparator.comparing(Forecast.Event::at));
    }

    @Test
    void findsNothingWrongWithASettledScopeOnceItsStandbyIsReady() {
        Keyring keyring = Rollovers.settled(policy);

        assertThat(Posture.check(keyring, policy, START))
                .extracting(Posture.Finding::code)
                .containsExactly("standby-not-ready");
        assertThat(Posture.check(keyring, policy, START.plus(Duration.ofDays(1))))
                .isEmpty();
    }

    @Test
    void findsAnOverdueRotationAndAnOldKey() {
        Keyring keyring = Rollovers.settled(policy);

        assertThat(Posture.check(
                        keyring, policy, START.plus(Duration.ofDays(14)).plus(Duration.ofMinutes(16))))
                .extracting(Posture.Finding::code)
                .containsExactly("overdue");
        assertThat(Posture.check(keyring, policy, START.plus(Duration.ofDays(40))))
                .extracting(Posture.Finding::code)
                .containsExactly("age", "overdue");
    }
}
