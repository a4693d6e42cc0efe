package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.AuditLogContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class SqliteAuditLogTest extends AuditLogContract {
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
    protected AuditLog auditLog() {
        return stores.open();
    }
}
