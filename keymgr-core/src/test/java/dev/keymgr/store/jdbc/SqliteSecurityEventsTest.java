package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.audit.SecurityEventsContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteSecurityEventsTest extends SecurityEventsContract {
    @RegisterExtension
    private final SqliteFile file = new SqliteFile();

    @Override
    protected SecurityEvents events() {
        return file.open().securityEvents();
    }

    @Override
    protected AuditLog audit() {
        return file.open();
    }
}
