package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.testkit.Fault;
import dev.keymgr.testkit.Laws;
import dev.keymgr.testkit.ReadOnly;
import dev.keymgr.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A revocation while the store is read-only: signing stops, the key leaves the document, the record follows. */
class LastResortTest {
    private static final Compromise ORDER =
            new Compromise("on a paste site", Cause.KEY, Instant.parse("2026-01-01T00:00:00Z"));

    private final World world = new World(5);
    private final Laws laws = new Laws(world);

    private Keyring keyring() {
        return world.keyring(CONSUMER);
    }

    private SigningKey only(KeyState state) {
        List<SigningKey> found =
                keyring().keys().stream().filter(k -> k.state() == state).toList();
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private void begin() {
        world.lifecycle().advance(CONSUMER);
        world.clock().advance(Duration.ofHours(2));
        laws.check();
    }

    private KeymgrException revoke(Kid kid, int writesLeft, Issuance issuance) {
        Lifecycle process = world.lifecycle(new ReadOnly(world.inventory(), writesLeft));
        return catchThrowableOfType(
                KeymgrException.class, () -> process.emergency().revoke(CONSUMER, kid, ORDER, issuance));
    }

    private boolean liesInItsToken(SigningKey key) {
        return world.holds(key.location());
    }

    private Set<Kid> served() {
        return world.served(CONSUMER);
    }

    @Test
    void stopsSigningWithdrawsAndLeavesAnOrder() {
        begin();
        SigningKey stolen = only(KeyState.ACTIVE);
        Keyring before = keyring();

        KeymgrException said = revoke(stolen.kid(), 0, Issuance.MUST_GO_ON);

        assertThat(said.code()).isEqualTo(ErrorCode.RECORD_PENDING);
        assertThat(said)
                .hasMessageContaining("is destroyed: nobody signs with it")
                .hasMessageContaining("stands in every sink")
                .hasMessageContaining("issues nothing until")
                .hasMessageContaining("read-only");
        assertThat(liesInItsToken(stolen)).isFalse();
        assertThat(served()).doesNotContain(stolen.kid()).isNotEmpty();
        assertThat(keyring()).isEqualTo(before);
        assertThat(world.orders().of(CONSUMER))
                .singleElement()
                .satisfies(o -> assertThat(o.kids()).containsExactly(stolen.kid()));
        laws.check();
    }

    @Test
    void leavesTheOrderBeforeItAsksATokenThatMayHang() {
        begin();
        SigningKey stolen = only(KeyState.ACTIVE);
        world.token(stolen.location().token()).takeDown();
        Emergency emergency =
                world.lifecycle(new ReadOnly(world.inventory(), 0)).emergency();

        Stopped stopped = emergency.stop(CONSUMER, stolen.kid(), ORDER, Issuance.MUST_GO_ON);

        assertThat(stopped.done()).isEmpty();
        assertThat(world.orders().of(CONSUMER))
                .singleElement()
                .satisfies(o -> assertThat(o.kids()).containsExactly(stolen.kid()));
        assertThat(catchThrowableOfType(KeymgrException.class, stopped::goOn))
                .hasMessageContaining("is not wholly revoked")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
        assertThat(served()).doesNotContain(stolen.kid());
    }

    @Test
    void theRecordFollowsWithTheInstantOfTheOrderAndTheStandbySigns() {
        begin();
        SigningKey stolen = only(KeyState.ACTIVE);
        SigningKey standby = only(KeyState.PUBLISHED);
        Instant ordered = world.clock().instant();
        revoke(stolen.kid(), 0, Issuance.MUST_GO_ON);
        world.clock().advance(Duration.ofMinutes(10));

        Advance advance = world.lifecycle().advance(CONSUMER);

        assertThat(advance.failures()).isEmpty();
        SigningKey revoked = only(KeyState.COMPROMISED);
        assertThat(revoked.times().require(Moment.COMPROMISED)).isEqualTo(ordered);
        assertThat(revoked.compromise()).isEqualTo(ORDER);
        assertThat(only(KeyState.ACTIVE).kid()).isEqualTo(standby.kid());
        assertThat(world.orders().of(CONSUMER)).isEmpty();
        assertThat(world.inventory().about(stolen.kid()))
                .filteredOn(r -> r.event().action() == AuditAction.KEY_REVOKED)
                .singleElement()
                .satisfies(r -> assertThat(r.event().details())
                        .containsEntry("ordered-at", ordered.toString())
                        .containsEntry("ordered-by", "test@here"));
        assertThat(served()).doesNotContain(stolen.kid()).contains(standby.kid());
        laws.check();
        laws.checkSettled(CONSUMER);
    }

    @Test
    void aRepeatLeavesNoSecondOrderAndASecondKeyGetsAHigherDocument() {
        begin();
        SigningKey stolen = only(KeyState.ACTIVE);
        SigningKey second = only(KeyState.PUBLISHED);
        revoke(stolen.kid(), 0, Issuance.MUST_GO_ON);

        assertThat(revoke(stolen.kid(), 0, Issuance.MUST_GO_ON).code()).isEqualTo(ErrorCode.RECORD_PENDING);
        assertThat(world.orders().of(CONSUMER)).hasSize(1);

        KeymgrException said = revoke(second.kid(), 0, Issuance.MAY_STOP);
        assertThat(said.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(said).hasMessageContaining("nothing would be left of it");
        assertThat(liesInItsToken(second)).isFalse();
        assertThat(world.orders().of(CONSUMER)).hasSize(2);

        world.lifecycle().advance(CONSUMER);
        assertThat(keyring().keys().stream().filter(k -> k.state() == KeyState.COMPROMISED))
                .extracting(SigningKey::kid)
                .containsExactlyInAnyOrder(stolen.kid(), second.kid());
        assertThat(world.orders().of(CONSUMER)).isEmpty();
        assertThat(served()).doesNotContain(stolen.kid(), second.kid());
        laws.check();
        laws.checkSettled(CONSUMER);
    }

    @Test
    void aStoreThatFailsAtAnyWriteOfARevocationNeitherKeepsTheKeySigningNorListed() {
        for (int writes = 0; writes < 8; writes++) {
            LastResortTest each = new LastResortTest();
            each.begin();
            SigningKey stolen = each.only(KeyState.ACTIVE);

            KeymgrException said = each.revoke(stolen.kid(), writes, Issuance.MUST_GO_ON);

            if (said == null) {
                assertThat(writes).as("a revocation that writes nothing").isPositive();
                return;
            }
            assertThat(each.served()).as("after " + writes + " writes").doesNotContain(stolen.kid());
            assertThat(each.keyring().require(stolen.kid()).state() == KeyState.COMPROMISED
                            || !each.liesInItsToken(stolen))
                    .as("after " + writes + " writes: it can still sign")
                    .isTrue();
            each.laws.check();
            each.world.lifecycle().advance(CONSUMER);
            each.laws.check();
            each.laws.checkSettled(CONSUMER);
            assertThat(each.keyring().require(stolen.kid()).state()).isEqualTo(KeyState.COMPROMISED);
        }
    }

    @Test
    void whatFailsIsNamedAndTheRestIsDoneAllTheSame() {
        begin();
        SigningKey stolen = only(KeyState.ACTIVE);
        world.token(stolen.location().token()).takeDown();

        KeymgrException said = revoke(stolen.kid(), 0, Issuance.MUST_GO_ON);

        assertThat(said.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(said).hasMessageContaining("FAILED: ").hasMessageContaining("not reachable");
        assertThat(served()).doesNotContain(stolen.kid());

        world.token(stolen.location().token()).bringUp();
        assertThat(revoke(stolen.kid(), 0, Issuance.MUST_GO_ON).code()).isEqualTo(ErrorCode.RECORD_PENDING);
        assertThat(liesInItsToken(stolen)).isFalse();
    }

    @Test
    void anOrderThatCannotBeLeftStopsNothing() {
        begin();
        SigningKey stolen = only(KeyState.ACTIVE);
        world.faults().clear();
        world.faults().at("orders.put", 1, Fault.FAIL_NOT_APPLIED);

        KeymgrException said = revoke(stolen.kid(), 0, Issuance.MUST_GO_ON);

        assertThat(said.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(said).hasMessageContaining("run the command again");
        assertThat(liesInItsToken(stolen)).isFalse();
        assertThat(served()).doesNotContain(stolen.kid());
    }

    @Test
    void aHeldKeyIsWithdrawnButItsPrivateHalfStays() {
        begin();
        SigningKey stolen = only(KeyState.ACTIVE);
        Instant until = world.clock().instant().plus(Duration.ofDays(1));
        world.lifecycle().hold(CONSUMER, new Hold(stolen.kid(), "court", "evidence", until));

        KeymgrException said = revoke(stolen.kid(), 0, Issuance.MUST_GO_ON);

        assertThat(said.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(said).hasMessageContaining("under a hold by court").hasMessageContaining("take that token down");
        assertThat(liesInItsToken(stolen)).isTrue();
        assertThat(served()).doesNotContain(stolen.kid());
    }

    @Test
    void withoutAReadyStandbyItWantsAChoiceHereToo() {
        world.lifecycle().advance(CONSUMER);
        SigningKey stolen = only(KeyState.ACTIVE);

        assertThat(revoke(stolen.kid(), 0, Issuance.MUST_GO_ON).code()).isEqualTo(ErrorCode.CHECK_FAILED);
        assertThat(liesInItsToken(stolen)).isTrue();
        assertThat(world.orders().of(CONSUMER)).isEmpty();

        assertThat(revoke(stolen.kid(), 0, Issuance.MAY_STOP).code()).isEqualTo(ErrorCode.RECORD_PENDING);
    }

    @Test
    void aCrashWhileTheOrderIsCarriedIsMadeGood() {
        for (Fault fault : Fault.values()) {
            for (String write : List.of("inventory.replace", "orders.done")) {
                LastResortTest each = new LastResortTest();
                each.begin();
                SigningKey stolen = each.only(KeyState.ACTIVE);
                each.revoke(stolen.kid(), 0, Issuance.MUST_GO_ON);
                each.world.faults().clear();
                each.world.faults().at(write, 1, fault);
                try {
                    each.world.lifecycle().advance(CONSUMER);
                } catch (KeymgrException died) {
                    each.laws.check();
                }
                each.laws.check();

                each.world.lifecycle().advance(CONSUMER);

                assertThat(each.world.faults().unmet()).isEmpty();
                assertThat(each.world.orders().of(CONSUMER)).isEmpty();
                assertThat(each.only(KeyState.COMPROMISED).kid()).isEqualTo(stolen.kid());
                assertThat(each.served()).doesNotContain(stolen.kid());
                each.laws.check();
                each.laws.checkSettled(CONSUMER);
            }
        }
    }

    @Test
    void whileAnOrderCannotBeReadNothingComesBackIntoADocumentAndWhatMustGoGoes() {
        begin();
        Kid stolen = only(KeyState.ACTIVE).kid();
        revoke(stolen, 0, Issuance.MUST_GO_ON);
        assertThat(served()).doesNotContain(stolen);
        world.orders().damage(CONSUMER, world.orders().of(CONSUMER).get(0).document());

        for (int day = 0; day < 20; day++) {
            world.clock().advance(Duration.ofDays(1));
            assertThat(world.lifecycle().advance(CONSUMER).failures())
                    .anySatisfy(f -> assertThat(f.what()).contains("order"));
            assertThat(served()).doesNotContain(stolen);
        }
        assertThat(keyring().require(stolen).state()).isNotEqualTo(KeyState.COMPROMISED);

        Kid next = only(KeyState.ACTIVE).kid();
        world.lifecycle().emergency().revoke(CONSUMER, next, ORDER, Issuance.MAY_STOP);
        assertThat(served()).doesNotContain(next);
    }

    @Test
    void anOrderThatCannotBeReadKeepsNobodyFromRevoking() {
        begin();
        SigningKey stolen = only(KeyState.ACTIVE);
        world.orders().damage(CONSUMER, keyring().generation().next());

        KeymgrException said = revoke(stolen.kid(), 0, Issuance.MUST_GO_ON);

        assertThat(said.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(said).hasMessageContaining("FAILED: could not read an order");
        assertThat(liesInItsToken(stolen)).isFalse();
        assertThat(served()).doesNotContain(stolen.kid());
    }
}
