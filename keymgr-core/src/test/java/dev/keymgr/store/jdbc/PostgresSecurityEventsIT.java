package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.audit.SecurityEventsContract;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresSecurityEventsIT extends SecurityEventsContract {
    @RegisterExtension
    private final PostgresDatabase database = new PostgresDatabase();

    @Override
    protected SecurityEvents events() {
        return database.open().securityEvents();
    }

    @Override
    protected AuditLog audit() {
        return database.open();
    }
}
