package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.inventory.InventoryContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class SqliteInventoryTest extends InventoryContract {
    @TempDir
    private Path directory;

    private final OpenStores stores = new OpenStores();

    @BeforeEach
    void migrate() {
        stores.migrate(StoreSettings.sqlite(directory.resolve("keymgr.db")));
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @Override
    protected Inventory inventory() {
        return stores.open();
    }

    @Override
    protected AuditLog auditLog() {
        return stores.open();
    }
}
