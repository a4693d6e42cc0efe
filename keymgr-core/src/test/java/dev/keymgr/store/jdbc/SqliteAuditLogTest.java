package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.AuditLogContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteAuditLogTest extends AuditLogContract {
    @RegisterExtension
    private final SqliteFile file = new SqliteFile();

    @Override
    protected AuditLog auditLog() {
        return file.open();
    }
}
