package dev.keymgr.store.jdbc;

import dev.keymgr.audit.Alarms;
import dev.keymgr.audit.AlarmsContract;
import dev.keymgr.audit.AuditLog;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresAlarmsIT extends AlarmsContract {
    @RegisterExtension
    private final PostgresDatabase database = new PostgresDatabase();

    @Override
    protected Alarms alarms() {
        return database.open().daemons();
    }

    @Override
    protected AuditLog auditLog() {
        return database.open();
    }
}
