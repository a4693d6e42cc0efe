package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.lifecycle.Emergency.Listing;
import dev.keymgr.rollover.Explanation;
import dev.keymgr.rollover.Posture;
import dev.keymgr.rollover.RolloverPolicy.Ages;
import dev.keymgr.rollover.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What is chosen when nobody can take over, and what an order leaves to a repeat of it. */
class EmergencyTest extends EmergencyFixture {
    private void beginWithAReadyStandby() {
        begin();
        world.clock().advance(world.policy(CONSUMER).publicationInterval());
    }

    @Test
    void withoutAReadyStandbyItNamesBothOutagesAndChangesNothing() {
        begin();
        Keyring before = keyring();

        assertThatThrownBy(() ->
                        emergency().revoke(CONSUMER, only(KeyState.ACTIVE), order(Cause.KEY), Issuance.MUST_GO_ON))
                .isInstanceOfSatisfying(
                        KeymgrException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECK_FAILED))
                .hasMessageContaining("--hard")
                .hasMessageContaining("--hold-issuance")
                .hasMessageContaining("1h6m")
                .hasMessageContaining("nothing was changed");
        assertThatThrownBy(() ->
                        emergency().suspend(CONSUMER, only(KeyState.ACTIVE), "odd", Listing.STAYS, Issuance.MUST_GO_ON))
                .hasMessageContaining("--hold-issuance")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("--hard"));
        assertThat(keyring()).isEqualTo(before);
    }

    @Test
    void theOutageIsShorterTheSoonerAStandbyIsReady() {
        begin();
        world.clock().advance(Duration.ofMinutes(60));

        assertThatThrownBy(() ->
                        emergency().revoke(CONSUMER, only(KeyState.ACTIVE), order(Cause.KEY), Issuance.MUST_GO_ON))
                .hasMessageContaining("up to 6m");
    }

    @Test
    void aRevocationMakesTheNextStandbyInTheSameAct() {
        beginWithAReadyStandby();
        Kid stolen = only(KeyState.ACTIVE);
        Kid standby = only(KeyState.PUBLISHED);

        emergency().revoke(CONSUMER, stolen, order(Cause.UNKNOWN), Issuance.MUST_GO_ON);

        assertThat(only(KeyState.ACTIVE)).isEqualTo(standby);
        assertThat(only(KeyState.PUBLISHED)).isNotEqualTo(standby);
        laws.check();
        laws.checkSettled(CONSUMER);
    }

    @Test
    void allKeysOfAScopeGoAndNothingIsSignedUntilTheirSuccessorsAreKnown() {
        beginWithAReadyStandby();
        Set<Kid> before = keyring().keys().stream().map(SigningKey::kid).collect(Collectors.toSet());

        assertThatThrownBy(() -> emergency().revokeAll(CONSUMER, order(Cause.HOST), Issuance.MUST_GO_ON))
                .hasMessageContaining("--hard");
        assertThat(in(KeyState.COMPROMISED)).isEmpty();
        emergency().revokeAll(CONSUMER, order(Cause.HOST), Issuance.MAY_STOP);

        assertThat(in(KeyState.COMPROMISED)).isEqualTo(before);
        assertThat(in(KeyState.ACTIVE)).isEmpty();
        assertThat(in(KeyState.PUBLISHED)).hasSize(2);
        assertThat(keyring().servedPublication().orElseThrow().kids()).isEqualTo(in(KeyState.PUBLISHED));
        assertThat(details(before.iterator().next(), AuditAction.KEY_REVOKED)).containsEntry("issuance", "held");
        laws.check();
        laws.checkSettled(CONSUMER);

        world.clock().advance(world.policy(CONSUMER).publicationInterval());
        begin();
        assertThat(in(KeyState.ACTIVE)).hasSize(1);
        laws.check();
    }

    @Test
    void signingStopsBeforeTheDocumentFollowsAndItFollowsAlsoWhenNobodyGoesOn() {
        beginWithAReadyStandby();
        Kid stolen = only(KeyState.ACTIVE);
        Kid standby = only(KeyState.PUBLISHED);

        Stopped stopped = emergency().stop(CONSUMER, stolen, order(Cause.KEY), Issuance.MUST_GO_ON);
        assertThat(only(KeyState.ACTIVE)).isEqualTo(standby);
        assertThat(keyring().servedPublication().orElseThrow().kids()).contains(stolen);
        Advance rest = stopped.goOn();
        assertThat(rest.done().get(0).what()).contains(stolen.prefix(), "COMPROMISED");
        assertThat(keyring().servedPublication().orElseThrow().kids()).doesNotContain(stolen);

        world.clock().advance(world.policy(CONSUMER).publicationInterval());
        emergency().stop(CONSUMER, standby, order(Cause.KEY), Issuance.MAY_STOP);
        begin();
        assertThat(keyring().servedPublication().orElseThrow().kids()).doesNotContain(stolen, standby);
        laws.check();
        laws.checkSettled(CONSUMER);
    }

    @Test
    void aFreshKeySignsAtOnceWhereThatIsChosenAndIsNamed() {
        beginWithAReadyStandby();

        emergency().revokeAll(CONSUMER, order(Cause.TOKEN), Issuance.FRESH_KEY);

        SigningKey early = keyring().require(only(KeyState.ACTIVE));
        Instant now = world.clock().instant();
        Instant readyAt = now.plus(world.policy(CONSUMER).publicationInterval());
        assertThat(new Timing(world.policy(CONSUMER)).beganEarly(early)).isTrue();
        assertThat(details(early.kid(), AuditAction.KEY_ACTIVATED))
                .containsEntry("issuance", "hard")
                .containsEntry("ready-at", readyAt.toString());
        assertThat(Posture.check(keyring(), world.policy(CONSUMER), now))
                .anyMatch(f -> f.code().equals("signs-early") && f.message().contains(readyAt.toString()));
        assertThat(Explanation.of(keyring(), world.policy(CONSUMER), early.kid(), now)
                        .beganEarly())
                .isTrue();
        laws.check();
        laws.checkSettled(CONSUMER);

        assertThat(Posture.check(keyring(), world.policy(CONSUMER), readyAt))
                .noneMatch(f -> f.code().equals("signs-early"));
    }

    @Test
    void ofTwoKeysThatVerifiersMayNotKnowTheOneTheyHaveKnownLongerSigns() {
        begin();
        world.clock().advance(Duration.ofMinutes(10));
        Kid standby = only(KeyState.PUBLISHED);

        emergency().revoke(CONSUMER, only(KeyState.ACTIVE), order(Cause.KEY), Issuance.FRESH_KEY);

        assertThat(only(KeyState.ACTIVE)).isEqualTo(standby);
        laws.check();
    }

    @Test
    void aReadyStandbySignsRatherThanAFreshKeyWhateverIsChosen() {
        beginWithAReadyStandby();
        Kid standby = only(KeyState.PUBLISHED);

        emergency().revoke(CONSUMER, only(KeyState.ACTIVE), order(Cause.KEY), Issuance.FRESH_KEY);

        assertThat(only(KeyState.ACTIVE)).isEqualTo(standby);
        assertThat(details(standby, AuditAction.KEY_ACTIVATED)).doesNotContainKey("issuance");
    }

    @Test
    void theSameOrderAgainSparesWhatItMadeUntilThatIsInUse() {
        beginWithAReadyStandby();
        emergency().revokeAll(CONSUMER, order(Cause.HOST), Issuance.FRESH_KEY);
        Set<Kid> burnt = in(KeyState.COMPROMISED);

        emergency().revokeAll(CONSUMER, order(Cause.HOST), Issuance.FRESH_KEY);
        assertThat(in(KeyState.COMPROMISED)).isEqualTo(burnt);

        emergency()
                .revokeAll(
                        CONSUMER,
                        new Compromise(
                                "another thing", Cause.HOST, world.clock().instant()),
                        Issuance.FRESH_KEY);
        assertThat(in(KeyState.COMPROMISED)).hasSizeGreaterThan(burnt.size());

        world.clock().advance(Duration.ofDays(1));
        begin();
        Kid inUse = only(KeyState.ACTIVE);
        emergency().revokeAll(CONSUMER, order(Cause.HOST), Issuance.FRESH_KEY);
        assertThat(in(KeyState.COMPROMISED)).contains(inUse);
        laws.check();
    }

    @Test
    void aClearedKeySignsAgainOnlyWithinItsAgeLimit() {
        begin();
        Kid kid = only(KeyState.ACTIVE);
        emergency().suspend(CONSUMER, kid, "odd", Listing.STAYS, Issuance.MAY_STOP);
        Duration hour = Duration.ofHours(1);
        world.clock().advance(Duration.ofMinutes(30));
        world.change(
                CONSUMER,
                world.policy(CONSUMER).withAges(new Ages(Duration.ofMinutes(10), Duration.ofMinutes(20), hour, hour)));

        emergency().resume(CONSUMER, kid, "nothing wrong", Set.of("ana"));

        assertThat(keyring().require(kid).state()).isEqualTo(KeyState.RETIRED);
        laws.check();
    }

    @Test
    void askingTwiceForTheWithdrawalOfASuspendedKeyChangesNothing() {
        beginWithAReadyStandby();
        Kid kid = only(KeyState.ACTIVE);
        emergency().suspend(CONSUMER, kid, "odd", Listing.WITHDRAWN, Issuance.MUST_GO_ON);
        Keyring once = keyring();
        assertThat(once.servedPublication().orElseThrow().lists(kid)).isFalse();

        world.clock().advance(Duration.ofSeconds(5));
        emergency().suspend(CONSUMER, kid, "odd", Listing.WITHDRAWN, Issuance.MUST_GO_ON);

        assertThat(keyring()).isEqualTo(once);
    }

    private Map<String, String> details(Kid kid, AuditAction action) {
        List<AuditRecord> found = world.inventory().about(kid).stream()
                .filter(r -> r.event().action() == action)
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0).event().details();
    }

    @Test
    void aRepeatSparesTheStandbysThatTheFirstOrderHasMadeInTheToken() {
        begin();
        emergency().revoke(CONSUMER, only(KeyState.ACTIVE), order(Cause.TOKEN), Issuance.MAY_STOP);
        world.clock().advance(world.policy(CONSUMER).publicationInterval());
        begin();
        Kid stolen = only(KeyState.ACTIVE);
        emergency().revoke(CONSUMER, stolen, order(Cause.TOKEN), Issuance.MAY_STOP); // both tokens are suspect now
        Set<Kid> fresh = in(KeyState.PUBLISHED);
        assertThat(fresh).isNotEmpty();
        world.clock().advance(Duration.ofSeconds(1));

        emergency().revoke(CONSUMER, stolen, order(Cause.TOKEN), Issuance.MAY_STOP);

        assertThat(in(KeyState.PUBLISHED)).isEqualTo(fresh);
        laws.check();
    }

    @Test
    void askingWhetherAChoiceIsNeededChangesNothing() {
        beginWithAReadyStandby();
        Keyring before = keyring();

        assertThatThrownBy(() -> emergency().requireChoice(CONSUMER, order(Cause.HOST), Issuance.MUST_GO_ON))
                .hasMessageContaining("--hold-issuance");
        emergency().requireChoice(CONSUMER, order(Cause.HOST), Issuance.MAY_STOP);

        assertThat(keyring()).isEqualTo(before);
    }
}
