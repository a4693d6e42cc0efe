package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.inventory.InventoryContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteInventoryTest extends InventoryContract {
    @RegisterExtension
    private final SqliteFile file = new SqliteFile();

    @Override
    protected Inventory inventory() {
        return file.open();
    }

    @Override
    protected AuditLog auditLog() {
        return file.open();
    }
}
