package dev.keymgr.rollover;

import static dev.keymgr.rollover.Rollovers.CONSUMER;
import static dev.keymgr.rollover.Rollovers.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TooEarlyException;
import dev.keymgr.rollover.RolloverPlanner.WhenFrozen;
import dev.keymgr.rollover.RolloverPolicy.Ages;
import dev.keymgr.testkit.Policies;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FreezeTest {
    private static final SigningAlgorithm ES256 = SigningAlgorithm.ES256;
    private static final Duration R = Duration.ofDays(14);
    private static final Duration ALLOWANCE = Duration.ofMinutes(15);

    /** As the worked example, but a key may grow old enough to sit out ten days. */
    private static final RolloverPolicy PATIENT = Policies.workedExample()
            .withAges(new Ages(R.multipliedBy(2), R.multipliedBy(2).plusDays(11), Duration.ZERO, Duration.ofDays(40)));

    private final RolloverPlanner planner = new RolloverPlanner();

    private static RolloverPolicy frozen(RolloverPolicy policy, Freeze... freezes) {
        return policy.withFreezes(List.of(freezes));
    }

    /** Days after the start, as a window. */
    private static Freeze days(double from, double until) {
        return new Freeze(day(from), day(until), "year end");
    }

    private static Instant day(double days) {
        return START.plusMillis(Math.round(days * 86_400_000));
    }

    // ---- windows

    @Test
    void takesWindowsThatTouchOrOverlapForOne() {
        List<Freeze> merged = Freeze.merged(List.of(
                new Freeze(day(8), day(9), "audit"),
                new Freeze(day(1), day(3), "year end"),
                new Freeze(day(3), day(4), "stock-taking"),
                new Freeze(day(2), day(2.5), "year end")));

        assertThat(merged)
                .containsExactly(
                        new Freeze(day(1), day(4), "year end; stock-taking"), new Freeze(day(8), day(9), "audit"));
    }

    @Test
    void beginsAtItsBeginningAndIsOverAtItsEnd() {
        Freeze freeze = days(1, 2);

        assertThat(freeze.covers(day(1).minusMillis(1))).isFalse();
        assertThat(freeze.covers(day(1))).isTrue();
        assertThat(freeze.covers(day(2).minusMillis(1))).isTrue();
        assertThat(freeze.covers(day(2))).isFalse();
    }

    @Test
    void refusesWindowsThatNobodyCanMean() {
        assertThatThrownBy(() -> days(2, 2)).isInstanceOf(PolicyException.class);
        assertThatThrownBy(() -> new Freeze(day(1), day(2), " ")).isInstanceOf(PolicyException.class);
        assertThatThrownBy(() -> frozen(PATIENT, new Freeze(day(0), day(60.001), "long")))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("60d");
        List<Freeze> many = new ArrayList<>();
        for (int i = 0; i <= RolloverPolicy.FREEZES_MAX; i++) {
            many.add(days(i, i + 0.5));
        }
        assertThatThrownBy(() -> PATIENT.withFreezes(many))
                .isInstanceOf(PolicyException.class)
                .hasMessageContaining("at most 50");
    }

    // ---- what waits

    @ParameterizedTest(name = "a freeze of the days {0} to {1}: rotates on day {2}")
    @CsvSource({
        "15, 20, 14", // not yet
        "5, 10, 14", // over
        "14, 20, 20", // the beginning counts
        "10, 14, 14", // the end does not
        "13, 24.98, 24.98", // ages.max - rotation - allowance: the longest that it may wait
    })
    void aRotationWaitsForTheEndOfAFreezeAndSaysSo(double from, double until, double rotates) {
        RolloverPolicy policy = frozen(PATIENT, days(from, until));

        Forecast forecast = Forecast.of(Keyring.empty(CONSUMER), policy, START, day(30));

        assertThat(forecast.events())
                .filteredOn(e -> e.step() instanceof Step.Activate a && a.predecessor() != null)
                .first()
                .satisfies(e -> assertThat(e.at()).isEqualTo(day(rotates)));
    }

    @Test
    void aDelayedStepNamesTheFreezeAndItsReason() {
        RolloverPolicy policy = frozen(PATIENT, days(13, 16));

        PlannedStep step = Rollovers.find(planner.plan(Rollovers.settled(policy), policy, day(12)), Step.Activate.class)
                .orElseThrow();

        assertThat(step.earliest()).isEqualTo(day(16));
        assertThat(step.freeze()).isEqualTo(days(13, 16));
        assertThat(step.reason())
                .isEqualTo("change freeze until " + day(16) + ": year end; then: the active key signs for 14d");
    }

    @Test
    void destructionRemovalAndDatesWaitUntilItsEnd() {
        RolloverPolicy calm = PATIENT;
        Keyring rotated = Forecast.assume(Rollovers.settled(calm), calm, day(14));
        Kid old = Rollovers.only(rotated, KeyState.RETIRED).kid();
        RolloverPolicy policy = frozen(calm, new Freeze(day(14).plusSeconds(1), day(18), "year end"));

        Keyring frozen = Rollovers.settle(rotated, policy, day(17.9));
        assertThat(frozen).isEqualTo(rotated);
        Keyring thawed = Rollovers.settle(rotated, policy, day(18));
        assertThat(thawed.require(old).privateHalf()).isEqualTo(PrivateHalf.DESTROYED);
        assertThat(Rollovers.state(thawed, old)).isEqualTo(KeyState.REMOVED);
    }

    @Test
    void aSecondStandbyWaitsAndTheFirstNever() {
        RolloverPolicy two = Policies.withStandbys(PATIENT, 2);
        Instant inFreeze = day(1);
        Keyring settled = Rollovers.settled(PATIENT);
        RolloverPolicy policy = frozen(two, days(0.5, 5));

        assertThat(planner.plan(settled, policy, inFreeze).due()).isEmpty();
        Keyring lost = settled.privateLost(Rollovers.standby(settled, ES256).kid(), inFreeze);
        Keyring after = Rollovers.settle(lost, policy, inFreeze);

        assertThat(after.in(Rollovers.active(after, ES256).group()).filter(RolloverPlanner::isStandby))
                .as("one at once, the other after the freeze")
                .hasSize(1);
    }

    // ---- what does not

    @Test
    void anEmergencyTakesItsCourseInsideAFreeze() {
        RolloverPolicy policy = frozen(PATIENT, days(0.5, 20));
        Keyring settled = Rollovers.settled(policy);
        Instant now = day(1);
        Kid stolen = Rollovers.active(settled, ES256).kid();

        Keyring after = Rollovers.settle(
                settled.compromised(Set.of(stolen), new Compromise("stolen", Compromise.Cause.KEY, now), now),
                policy,
                now);

        assertThat(Rollovers.active(after, ES256).kid())
                .isEqualTo(Rollovers.standby(settled, ES256).kid());
        assertThat(after.servedPublication().orElseThrow().lists(stolen)).isFalse();
        assertThat(after.require(stolen).privateHalf()).isEqualTo(PrivateHalf.DESTROYED);
        assertThat(after.servedPublication()
                        .orElseThrow()
                        .lists(Rollovers.standby(after, ES256).kid()))
                .as("a new standby is known at once")
                .isTrue();
    }

    @Test
    void aSuspensionRunsOutInsideAFreeze() {
        RolloverPolicy policy = frozen(PATIENT, days(0.5, 20));
        Keyring settled = Rollovers.settled(policy);
        Kid suspect = Rollovers.active(settled, ES256).kid();
        Keyring suspended = settled.suspended(suspect, day(1));

        assertThat(Rollovers.state(Rollovers.settle(suspended, policy, day(1).plus(Duration.ofHours(1))), suspect))
                .isEqualTo(KeyState.COMPROMISED);
    }

    @Test
    void aKeyThatCannotSignIsReplacedInsideAFreeze() {
        RolloverPolicy policy = frozen(PATIENT, days(0.5, 20));
        Keyring settled = Rollovers.settled(policy);
        Keyring lost = settled.privateLost(Rollovers.active(settled, ES256).kid(), day(1));

        assertThat(Rollovers.active(Rollovers.settle(lost, policy, day(1)), ES256)
                        .canSign())
                .isTrue();
    }

    @Test
    void whatWasBegunIsFinishedInsideAFreeze() {
        RolloverPolicy policy = frozen(PATIENT, new Freeze(day(14).plusSeconds(1), day(18), "year end"));
        Keyring rotated = Forecast.assume(Rollovers.settled(PATIENT), PATIENT, day(14));
        Kid old = Rollovers.only(rotated, KeyState.RETIRED).kid();
        Instant drained = day(14).plus(Duration.ofMinutes(2));
        Keyring begun = rotated.destroying(old, drained);

        assertThat(planner.plan(begun, policy, drained).due())
                .extracting(PlannedStep::step)
                .containsExactly(new Step.Destroy(old, begun.require(old).group()));
    }

    // ---- limits

    @Test
    void rotatesInsideAFreezeInTimeForTheAgeLimit() {
        RolloverPolicy policy = frozen(Policies.workedExample(), days(27.5, 40));
        Keyring once = Rollovers.settle(Rollovers.settled(policy), policy, day(14));
        SigningKey active = Rollovers.active(once, ES256);
        Instant limit = active.times().generatedAt().plus(policy.ages().max()).minus(ALLOWANCE);

        PlannedStep step = Rollovers.find(planner.plan(once, policy, day(27.6)), Step.Activate.class)
                .orElseThrow();

        assertThat(step.earliest()).isEqualTo(limit).isBetween(day(27.5), day(40));
        assertThat(step.reason()).contains("age limit", "change freeze until " + day(40));
        assertThat(Rollovers.active(Rollovers.settle(once, policy, limit), ES256)
                        .kid())
                .isNotEqualTo(active.kid());
    }

    // ---- operators

    @Test
    void refusesAnOperatorsRotationInsideAFreezeAndNamesItsEnd() {
        RolloverPolicy policy = frozen(PATIENT, days(1, 3));
        Keyring settled = Rollovers.settled(policy);

        assertThatThrownBy(() -> planner.rotation(settled, policy, ES256, day(2)))
                .isInstanceOfSatisfying(
                        TooEarlyException.class, e -> assertThat(e.earliest()).isEqualTo(day(3)))
                .hasMessageContaining("year end")
                .hasMessageContaining("--despite-freeze");
        assertThat(planner.rotation(settled, policy, ES256, day(3)).step()).isInstanceOf(Step.Activate.class);
        assertThat(planner.rotation(settled, policy, ES256, day(2), WhenFrozen.ROTATE_ALL_THE_SAME)
                        .reason())
                .isEqualTo("asked for by an operator despite the change freeze until " + day(3) + ": year end");
    }

    @Test
    void countsNoLatenessInsideAFreezeAndFromItsEndOn() {
        RolloverPolicy policy = frozen(PATIENT, days(13.99, 18));
        Keyring settled = Rollovers.settled(policy);

        assertThat(Posture.check(settled, policy, day(17))).isEmpty();
        assertThat(Posture.check(settled, policy, day(18).plus(ALLOWANCE))).isEmpty();
        assertThat(Posture.check(settled, policy, day(18).plus(ALLOWANCE).plusMillis(1)))
                .extracting(Posture.Finding::code)
                .containsExactly("overdue");
    }

    @Test
    void countsNoLatenessForWhatWasMissedJustBeforeAFreeze() {
        RolloverPolicy policy = frozen(PATIENT, new Freeze(day(14).plusSeconds(1), day(18), "year end"));
        Keyring settled = Rollovers.settled(policy);

        assertThat(Posture.check(settled, policy, day(17))).isEmpty();
        assertThat(Posture.check(settled, policy, day(18).plusSeconds(1))).isEmpty();
    }

    @Test
    void countsNoLatenessForWhatAnEditOfThePolicyMadeDueLongAfterAFreeze() {
        RolloverPolicy edited = frozen(
                Policies.with(
                        PATIENT,
                        RolloverPolicy.Caching.of(Duration.ofMinutes(50), Map.of("declared", Duration.ofMinutes(60))),
                        PATIENT.lifetime().max()),
                days(2, 3));

        assertThat(Posture.check(Rollovers.settled(PATIENT), edited, day(9))).isEmpty();
    }

    @Test
    void explainsWhatAKeyWaitsFor() {
        RolloverPolicy policy = frozen(PATIENT, days(13, 16), days(30, 31));
        Keyring settled = Rollovers.settled(policy);

        Explanation why =
                Explanation.of(settled, policy, Rollovers.active(settled, ES256).kid(), day(1));

        assertThat(why.freezes()).containsExactly(days(13, 16));
    }

    @ParameterizedTest(name = "a freeze of {0} days: {1}")
    @CsvSource({"10.98, 0", "11, 1"})
    void warnsOfAFreezeThatAnAgeLimitWillOverride(double length, int warnings) {
        RolloverPolicy policy = frozen(PATIENT, days(0, length));

        assertThat(PolicyLint.check(policy))
                .filteredOn(f -> f.key().equals("freezes"))
                .hasSize(warnings)
                .allSatisfy(f -> {
                    assertThat(f.level()).isEqualTo(PolicyLint.Level.WARNING);
                    assertThat(f.bound()).isEqualTo("at most 10d23h45m");
                });
    }
}
