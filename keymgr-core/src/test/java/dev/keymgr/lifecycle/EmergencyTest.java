package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Hold;
import dev.keymgr.key.IllegalTransitionException;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.Transitions;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.lifecycle.Emergency.Listing;
import dev.keymgr.rollover.Explanation;
import dev.keymgr.rollover.Posture;
import dev.keymgr.rollover.RolloverPolicy.Ages;
import dev.keymgr.rollover.Timing;
import dev.keymgr.testkit.FakeJwksSink;
import dev.keymgr.testkit.Fault;
import dev.keymgr.testkit.Laws;
import dev.keymgr.testkit.Policies;
import dev.keymgr.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What is chosen when nobody can take over, and every row of the table of transitions for the three commands. */
class EmergencyTest {
    private final World world = new World(11);
    private final Laws laws = new Laws(world);

    private static Compromise order(Cause cause) {
        return new Compromise("the host was taken over", cause, Instant.parse("2026-01-01T00:00:00Z"));
    }

    private Emergency emergency() {
        return world.lifecycle().emergency();
    }

    private Keyring keyring() {
        return world.keyring(CONSUMER);
    }

    private Set<Kid> in(KeyState state) {
        return keyring().keys().stream()
                .filter(k -> k.state() == state)
                .map(SigningKey::kid)
                .collect(Collectors.toSet());
    }

    private Kid only(KeyState state) {
        assertThat(in(state)).hasSize(1);
        return in(state).iterator().next();
    }

    private void begin() {
        world.lifecycle().advance(CONSUMER);
    }

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

    @TestFactory
    Stream<DynamicTest> doesFromEveryStateWhatTheTableSaysAndRecordsWhatItRefuses() {
        return Stream.of(KeyState.values())
                .flatMap(state -> Stream.of("revoke", "suspend", "resume")
                        .map(command -> DynamicTest.dynamicTest(
                                command + " a key that is " + state, () -> new EmergencyTest().row(command, state))));
    }

    private void row(String command, KeyState from) {
        Kid kid = Objects.requireNonNull(everyState().get(from));
        KeyState to = target(command);
        boolean legal = command.equals("resume")
                ? from == KeyState.SUSPENDED
                : from == to || Transitions.find(from, to).isPresent(); // repeating is no transition
        Keyring before = keyring();
        try {
            act(command, kid);
            assertThat(legal).as("the table does not list it").isTrue();
            assertThat(keyring().require(kid).state())
                    .isIn(command.equals("resume") ? Set.of(KeyState.ACTIVE, KeyState.RETIRED) : Set.of(to));
        } catch (IllegalTransitionException e) {
            assertThat(legal).as(e.getMessage()).isFalse();
            assertThat(keyring()).isEqualTo(before);
            assertThat(world.inventory().about(kid))
                    .last()
                    .extracting(r -> r.event().action())
                    .isEqualTo(AuditAction.TRANSITION_REFUSED);
        }
        laws.check();
    }

    private static KeyState target(String command) {
        return switch (command) {
            case "revoke" -> KeyState.COMPROMISED;
            case "suspend" -> KeyState.SUSPENDED;
            default -> KeyState.ACTIVE;
        };
    }

    private void act(String command, Kid kid) {
        switch (command) {
            case "revoke" -> emergency().revoke(CONSUMER, kid, order(Cause.KEY), Issuance.MAY_STOP);
            case "suspend" -> emergency().suspend(CONSUMER, kid, "odd", Listing.STAYS, Issuance.MAY_STOP);
            default -> emergency().resume(CONSUMER, kid, "nothing wrong", Set.of("ana", "ben"));
        }
    }

    /** One key in each state, by ways that operators go. */
    private Map<KeyState, Kid> everyState() {
        Map<KeyState, Kid> found = new EnumMap<>(KeyState.class);
        begin();
        found.put(KeyState.REMOVED, only(KeyState.ACTIVE));
        world.clock().advance(Duration.ofDays(14));
        begin();
        world.clock().advance(Duration.ofHours(3));
        begin();
        found.put(KeyState.COMPROMISED, only(KeyState.ACTIVE));
        emergency().revoke(CONSUMER, only(KeyState.ACTIVE), order(Cause.KEY), Issuance.MAY_STOP);
        Kid lost = only(KeyState.PUBLISHED);
        found.put(KeyState.DESTROYED, lost);
        SigningKey standby = keyring().require(lost);
        world.token(standby.location().token()).vanish(standby.location().id());
        world.clock().advance(Duration.ofHours(2));
        begin();
        world.clock().advance(Duration.ofHours(2));
        begin();
        found.put(KeyState.RETIRED, only(KeyState.ACTIVE));
        world.clock().advance(Duration.ofDays(14));
        begin();
        Kid retired = Objects.requireNonNull(found.get(KeyState.RETIRED));
        Instant until = world.clock().instant().plus(Duration.ofDays(1));
        world.lifecycle().hold(CONSUMER, new Hold(retired, "audit", "inquiry", until));
        found.put(KeyState.SUSPENDED, only(KeyState.ACTIVE));
        world.clock().advance(Duration.ofMinutes(70));
        emergency().suspend(CONSUMER, only(KeyState.ACTIVE), "odd", Listing.STAYS, Issuance.MUST_GO_ON);
        found.put(KeyState.ACTIVE, only(KeyState.ACTIVE));
        found.put(KeyState.PUBLISHED, in(KeyState.PUBLISHED).iterator().next());
        found.put(KeyState.GENERATED, generatedOnly());
        found.forEach((state, kid) ->
                assertThat(keyring().require(kid).state()).as(state + " " + kid).isEqualTo(state));
        return found;
    }

    /** The standby is lost, and its successor made but not written anywhere. */
    private Kid generatedOnly() {
        SigningKey standby = keyring().require(in(KeyState.PUBLISHED).iterator().next());
        world.change(CONSUMER, Policies.withStandbys(world.policy(CONSUMER), 2));
        world.faults().clear();
        for (int nth = 1; nth < 4; nth++) {
            world.faults().at(FakeJwksSink.PUBLISH, nth, Fault.FAIL_NOT_APPLIED);
        }
        begin();
        world.faults().clear();
        assertThat(keyring().require(standby.kid()).state()).isEqualTo(KeyState.PUBLISHED);
        return only(KeyState.GENERATED);
    }

    private Map<String, String> details(Kid kid, AuditAction action) {
        List<AuditRecord> found = world.inventory().about(kid).stream()
                .filter(r -> r.event().action() == action)
                .toList();
        assertThat(found).hasSize(1);
        return found.get(0).event().details();
    }
}
