package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.inventory.InventoryContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresInventoryIT extends InventoryContract {
    @RegisterExtension
    private final PostgresDatabase database = new PostgresDatabase();

    @Override
    protected Inventory inventory() {
        return database.open();
    }

    @Override
    protected AuditLog auditLog() {
        return database.open();
    }
}
