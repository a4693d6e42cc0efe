package dev.keymgr.testkit;

import static dev.keymgr.testkit.SampleKeys.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.inventory.InventoryContract;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FakeInventoryTest extends InventoryContract {
    private final FaultPlan faults = new FaultPlan();
    private final FakeInventory fake = new FakeInventory(faults);

    @Override
    protected Inventory inventory() {
        return fake;
    }

    @Override
    protected AuditLog auditLog() {
        return fake;
    }

    @Override
    protected String holderName() {
        return "thread " + Thread.currentThread().getName();
    }

    @Test
    void failsAsOrderedBeforeOrAfterTheWrite() {
        List<Keyring> life = SampleLife.of(CONSUMER, 1);
        faults.at("inventory.replace", 1, Fault.FAIL_NOT_APPLIED);
        faults.at("inventory.replace", 2, Fault.FAIL_BUT_APPLIED);

        assertThatThrownBy(() -> fake.replace(Keyring.empty(CONSUMER), life.get(0), List.of()))
                .isInstanceOf(KeymgrException.class);
        assertThat(fake.read(CONSUMER)).isEqualTo(Keyring.empty(CONSUMER));
        assertThatThrownBy(() -> fake.replace(Keyring.empty(CONSUMER), life.get(0), List.of()))
                .isInstanceOf(KeymgrException.class);
        assertThat(fake.read(CONSUMER)).isEqualTo(life.get(0));
        fake.append(List.of());
        assertThat(faults.seen())
                .extracting(point -> point.name() + "#" + point.nth())
                .containsExactly("inventory.replace#1", "inventory.replace#2", "audit.append#1");
    }
}
