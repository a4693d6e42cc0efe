package dev.keymgr.rollover;

import static dev.keymgr.rollover.Rollovers.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.IllegalTransitionException;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.testkit.Policies;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class ScheduledRevocationTest {
    private static final SigningAlgorithm ES256 = SigningAlgorithm.ES256;
    private static final Instant ORDERED = START.plus(Duration.ofDays(1));
    private static final Instant AT = START.plus(Duration.ofDays(3));

    private final RolloverPolicy policy = Policies.workedExample();
    private final RolloverPlanner planner = new RolloverPlanner();
    private final Keyring settled = Rollovers.settled(policy);
    private final Kid active = Rollovers.active(settled, ES256).kid();
    private final Kid standby = Rollovers.standby(settled, ES256).kid();

    private static ScheduledRevocation revocation(Kid kid, Instant at, Cause cause) {
        return new ScheduledRevocation(kid, at, new Compromise("end of a contract", cause, ORDERED));
    }

    private Keyring ordered(Kid kid, Cause cause) {
        return settled.scheduling(revocation(kid, AT, cause), ORDERED);
    }

    @Test
    void comesAboutAtItsTimeAndNotASecondSooner() {
        Keyring ordered = ordered(active, Cause.KEY);

        assertThat(planner.plan(ordered, policy, AT.minusMillis(1)).due()).isEmpty();
        assertThat(planner.plan(ordered, policy, AT.minusMillis(1)).nextLookAt())
                .isEqualTo(AT);
        PlannedStep step = planner.plan(ordered, policy, AT).due().get(0);
        assertThat(step.earliest()).isEqualTo(AT);
        assertThat(step.reason()).isEqualTo("ordered ahead: end of a contract");

        Keyring after = Rollovers.settle(ordered, policy, AT);
        assertThat(after.require(active).compromise())
                .isEqualTo(new Compromise("end of a contract", Cause.KEY, ORDERED));
        assertThat(Rollovers.active(after, ES256).kid()).isEqualTo(standby);
        assertThat(Rollovers.active(after, ES256).times().require(Moment.ACTIVATED))
                .isEqualTo(after.require(active).times().require(Moment.COMPROMISED));
        assertThat(after.servedPublication().orElseThrow().lists(active)).isFalse();
        assertThat(after.revocations()).isEmpty();
        assertThat(planner.plan(after, policy, AT).due()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Cause.class)
    void takesTheStandbysOfTheTokenWithItUnlessTheCauseIsTheKeyAlone(Cause cause) {
        RolloverPolicy three = Policies.withStandbys(policy, 3);
        Keyring many = Rollovers.settled(three);
        SigningKey signing = Rollovers.active(many, ES256);
        Set<Kid> beside = Succession.burntBy(many, signing.kid(), Cause.TOKEN);
        assertThat(beside).hasSizeGreaterThan(1);

        Keyring after = Rollovers.settle(many.scheduling(revocation(signing.kid(), AT, cause), ORDERED), three, AT);

        assertThat(after.keys().stream().filter(k -> k.state() == KeyState.COMPROMISED))
                .extracting(SigningKey::kid)
                .containsExactlyInAnyOrderElementsOf(cause == Cause.KEY ? Set.of(signing.kid()) : beside);
        assertThat(after.active(signing.group())).isPresent();
    }

    @Test
    void doesNotWaitForTheEndOfAFreeze() {
        RolloverPolicy frozen = policy.withFreezes(
                List.of(new Freeze(AT.minus(Duration.ofHours(1)), AT.plus(Duration.ofDays(5)), "year end")));

        assertThat(Rollovers.state(Rollovers.settle(ordered(active, Cause.KEY), frozen, AT), active))
                .isEqualTo(KeyState.COMPROMISED);
    }

    @Test
    void stopsSigningWhereNoStandbyIsReadyAndIsWarnedOfFromTheOrderOn() {
        Instant soon = START.plus(Duration.ofMinutes(30));
        Keyring ordered = settled.scheduling(
                new ScheduledRevocation(active, soon, new Compromise("sold", Cause.KEY, START)), START);

        assertThat(codes(ordered, START)).contains("revocation-without-standby");
        Keyring after = Rollovers.settle(ordered, policy, soon);
        assertThat(Rollovers.state(after, active)).isEqualTo(KeyState.COMPROMISED);
        assertThat(after.active(new KeyGroup(Rollovers.CONSUMER, ES256))).isEmpty();
        Keyring ready = Rollovers.settle(after, policy, START.plus(Duration.ofMinutes(66)));
        assertThat(Rollovers.active(ready, ES256).kid()).isEqualTo(standby);
    }

    @Test
    void isNotWarnedOfWhereAStandbyWillBeReady() {
        assertThat(codes(ordered(active, Cause.KEY), ORDERED)).isEmpty();
        assertThat(codes(ordered(active, Cause.TOKEN), ORDERED))
                .as("it lies in the other token")
                .isEmpty();
        assertThat(codes(ordered(standby, Cause.KEY), ORDERED)).isEmpty();
    }

    private List<String> codes(Keyring keyring, Instant now) {
        return Posture.check(keyring, policy, now).stream()
                .map(Posture.Finding::code)
                .toList();
    }

    @Test
    void hasOneForAKeyAndTheLastOneCounts() {
        ScheduledRevocation later = revocation(active, AT.plusSeconds(9), Cause.TOKEN);

        Keyring again = ordered(active, Cause.KEY).scheduling(later, ORDERED);

        assertThat(again.revocations()).containsExactly(later);
        assertThat(again.unscheduling(active, ORDERED).revocations()).isEmpty();
    }

    @Test
    void isGoneWithARevocationInTheMeantimeAndWithAKeyThatIsGivenUp() {
        assertThat(ordered(active, Cause.KEY)
                        .compromised(Set.of(active), new Compromise("stolen", Cause.KEY, ORDERED), ORDERED)
                        .revocations())
                .isEmpty();
        Keyring lost = ordered(standby, Cause.KEY).privateLost(standby, ORDERED);
        assertThat(lost.revocations()).hasSize(1);
        Keyring givenUp = Rollovers.settle(lost, policy, ORDERED);
        assertThat(Rollovers.state(givenUp, standby)).isEqualTo(KeyState.DESTROYED);
        assertThat(givenUp.revocations()).isEmpty();
    }

    @Test
    void comesAboutForAKeyThatHasRetiredInTheMeantime() {
        Instant late = START.plus(Duration.ofDays(14)).plus(Duration.ofMinutes(10));
        Keyring rotated = Rollovers.settle(
                settled.scheduling(revocation(active, late, Cause.KEY), ORDERED),
                policy,
                START.plus(policy.rotation()));
        assertThat(Rollovers.state(rotated, active)).isEqualTo(KeyState.RETIRED);

        Keyring after = Rollovers.settle(rotated, policy, late);

        assertThat(Rollovers.state(after, active)).isEqualTo(KeyState.COMPROMISED);
        assertThat(Rollovers.active(after, ES256).kid()).isEqualTo(standby);
    }

    @Test
    void isRefusedForAKeyThatCannotBeRevokedAnyMore() {
        Keyring revoked = settled.compromised(Set.of(active), new Compromise("stolen", Cause.KEY, ORDERED), ORDERED);

        assertThatThrownBy(() -> revoked.scheduling(revocation(active, AT, Cause.KEY), ORDERED))
                .isInstanceOf(IllegalTransitionException.class);
        assertThatThrownBy(() -> revocation(active, ORDERED.minusSeconds(1), Cause.KEY))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void countsAsOverdueWhenNobodyCarriesItOut() {
        assertThat(codes(ordered(active, Cause.KEY), AT.plus(Duration.ofMinutes(16))))
                .contains("overdue");
    }

    @Test
    void isExplainedWithItsKey() {
        Explanation why = Explanation.of(ordered(active, Cause.KEY), policy, active, ORDERED);

        assertThat(why.revocation()).contains(revocation(active, AT, Cause.KEY));
        assertThat(why.steps())
                .anyMatch(s -> s.step() instanceof Step.Revoke && s.earliest().equals(AT));
    }
}
