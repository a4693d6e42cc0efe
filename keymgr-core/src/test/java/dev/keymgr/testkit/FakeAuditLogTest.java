package dev.keymgr.testkit;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.AuditLogContract;

final class FakeAuditLogTest extends AuditLogContract {
    private final FakeInventory fake = new FakeInventory();

    @Override
    protected AuditLog auditLog() {
        return fake;
    }
}
