package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keymgr.authority.SignedDocuments;
import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.testkit.FakeJwksSink;
import dev.keymgr.testkit.Fault;
import dev.keymgr.testkit.ReadOnly;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** An order that waits for the store: who finishes it, what may come beside it, and what of it the store can take. */
class WaitingOrderTest extends EmergencyFixture {
    private Lifecycle withWritesLeft(int writes) {
        return world.lifecycle(new ReadOnly(world.inventory(), writes));
    }

    private KeymgrException revoke(Kid kid, int writesLeft) {
        return catchThrowableOfType(
                KeymgrException.class,
                () -> withWritesLeft(writesLeft)
                        .emergency()
                        .revoke(CONSUMER, kid, order(Cause.KEY), Issuance.MAY_STOP));
    }

    private KeymgrException advanceWithoutStore() {
        return catchThrowableOfType(
                KeymgrException.class, () -> withWritesLeft(0).advance(CONSUMER));
    }

    private void beginWithAStandby() {
        begin();
        world.clock().advance(Duration.ofHours(2));
    }

    private boolean liesInItsToken(Kid kid) {
        return world.holds(keyring().require(kid).location());
    }

    private Set<Kid> served() {
        return world.served(CONSUMER);
    }

    private EmergencyOrder waiting() {
        assertThat(world.orders().of(CONSUMER)).hasSize(1);
        return world.orders().of(CONSUMER).get(0);
    }

    @Test
    void whoeverMeetsTheStoreNextFinishesWhatAKillLeft() {
        beginWithAStandby();
        Kid stolen = only(KeyState.ACTIVE);
        withWritesLeft(0).emergency().stop(CONSUMER, stolen, order(Cause.KEY), Issuance.MAY_STOP); // killed here
        assertThat(liesInItsToken(stolen)).isTrue();
        assertThat(served()).contains(stolen);

        for (int look = 0; look < 2; look++) {
            KeymgrException said = advanceWithoutStore();

            assertThat(said.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            assertThat(said)
                    .hasMessageContaining("is destroyed: nobody signs with it")
                    .hasMessageContaining("stands in every sink")
                    .hasMessageContaining("read-only");
            assertThat(liesInItsToken(stolen)).isFalse();
            assertThat(served()).isNotEmpty().doesNotContain(stolen);
            assertThat(waiting().kids()).containsExactly(stolen);
        }
        world.lifecycle().advance(CONSUMER);
        assertThat(in(KeyState.COMPROMISED)).containsExactly(stolen);
        laws.check();
        laws.checkSettled(CONSUMER);
    }

    @Test
    void alsoForAKeyThatTheRecordHasRevokedAlready() {
        beginWithAStandby();
        Kid stolen = only(KeyState.ACTIVE);
        SigningKey key = keyring().require(stolen);
        world.token(key.location().token()).takeDown();
        world.faults().clear();
        world.faults().at(FakeJwksSink.PUBLISH, 1, Fault.FAIL_NOT_APPLIED);
        revoke(stolen, 1);
        world.token(key.location().token()).bringUp();
        assertThat(keyring().require(stolen).state()).isEqualTo(KeyState.COMPROMISED);
        assertThat(liesInItsToken(stolen)).isTrue();
        assertThat(served()).contains(stolen);

        advanceWithoutStore();

        assertThat(liesInItsToken(stolen)).isFalse();
        assertThat(served()).isNotEmpty().doesNotContain(stolen);
    }

    @Test
    void withoutAnOrderAStoreThatFailsIsThatAndNoMore() {
        begin();
        world.clock().advance(Duration.ofDays(20));

        assertThat(advanceWithoutStore()).hasMessage("the store is read-only; nothing was written");

        assertThat(liesInItsToken(only(KeyState.ACTIVE))).isTrue();
    }

    @Test
    void oneThatCannotBeReadIsNotWrittenOverAndItsKeyStaysOut() {
        beginWithAStandby();
        world.lifecycle().rotate(CONSUMER, SigningAlgorithm.ES256);
        Kid stolen = only(KeyState.ACTIVE);
        Kid second = only(KeyState.RETIRED);
        assertThat(served()).hasSize(3);
        revoke(stolen, 0);
        EmergencyOrder damaged = waiting();
        world.orders().damage(CONSUMER, damaged.document());

        KeymgrException said = revoke(second, 0);

        assertThat(said)
                .hasMessageContaining("FAILED: could not read an order")
                .hasMessageContaining("an order lies in");
        assertThat(waiting().kids()).containsExactly(second);
        assertThat(waiting().document()).isGreaterThan(damaged.document());
        assertThat(world.orders().unreadable(CONSUMER)).hasSize(1);
        assertThat(served()).hasSize(1).doesNotContain(stolen, second);
    }

    @Test
    void signedDocumentsOfAnAuthorityThatARestoredStoreDoesNotKnowAreLeftOut() {
        world.lifecycle().establishAuthorities(CONSUMER);
        beginWithAStandby();
        Kid stolen = only(KeyState.ACTIVE);
        revoke(stolen, 0);
        SignedDocuments signed =
                EmergencyOrder.signed(world.orders().of(CONSUMER)).orElseThrow();
        world.authorities().forget(CONSUMER);

        Advance advance = world.lifecycle().advance(CONSUMER);

        assertThat(advance.failures()).isEmpty();
        assertThat(advance.done())
                .anySatisfy(d -> assertThat(d.reason())
                        .isEqualTo("the store does not know their authority "
                                + signed.authority().prefix()));
        assertThat(world.orders().of(CONSUMER)).isEmpty();
        assertThat(in(KeyState.COMPROMISED)).containsExactly(stolen);

        world.clock().advance(Duration.ofMinutes(1));
        world.lifecycle().establishAuthorities(CONSUMER);
        world.lifecycle().advance(CONSUMER);
        assertThat(world.authorities().documents(CONSUMER)).hasValueSatisfying(next -> {
            assertThat(next.sequence()).isGreaterThan(signed.sequence());
            assertThat(next.authority()).isNotEqualTo(signed.authority());
        });
    }
}
