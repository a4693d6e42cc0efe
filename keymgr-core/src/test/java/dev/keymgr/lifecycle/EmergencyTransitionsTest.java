package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.Hold;
import dev.keymgr.key.IllegalTransitionException;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.Transitions;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.lifecycle.Emergency.Listing;
import dev.keymgr.testkit.FakeJwksSink;
import dev.keymgr.testkit.Fault;
import dev.keymgr.testkit.Policies;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Every row of the table of transitions, for the three commands. */
class EmergencyTransitionsTest extends EmergencyFixture {
    @TestFactory
    Stream<DynamicTest> doesFromEveryStateWhatTheTableSaysAndRecordsWhatItRefuses() {
        return Stream.of(KeyState.values())
                .flatMap(state -> Stream.of("revoke", "suspend", "resume")
                        .map(command -> DynamicTest.dynamicTest(
                                command + " a key that is " + state,
                                () -> new EmergencyTransitionsTest().row(command, state))));
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
}
