package dev.keymgr.store.jdbc;

import dev.keymgr.audit.Alarms;
import dev.keymgr.audit.AlarmsContract;
import dev.keymgr.audit.AuditLog;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteAlarmsTest extends AlarmsContract {
    @RegisterExtension
    private final SqliteFile file = new SqliteFile();

    @Override
    protected Alarms alarms() {
        return file.open().daemons();
    }

    @Override
    protected AuditLog auditLog() {
        return file.open();
    }
}
