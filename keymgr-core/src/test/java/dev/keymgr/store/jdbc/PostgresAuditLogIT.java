package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.AuditLogContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresAuditLogIT extends AuditLogContract {
    @RegisterExtension
    private final PostgresDatabase database = new PostgresDatabase();

    @Override
    protected AuditLog auditLog() {
        return database.open();
    }
}
