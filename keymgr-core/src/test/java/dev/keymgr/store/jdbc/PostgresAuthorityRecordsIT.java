package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.authority.AuthorityRecordsContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresAuthorityRecordsIT extends AuthorityRecordsContract {
    @RegisterExtension
    private final PostgresDatabase database = new PostgresDatabase();

    @Override
    protected AuthorityRecords records() {
        return database.open().authorities();
    }

    @Override
    protected AuditLog audit() {
        return database.open();
    }

    @Override
    protected void leave() {
        database.leave();
    }

    @Override
    protected void breakAudit() throws SQLException {
        try (Connection connection = database.raw();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE audit_record RENAME TO away");
        }
    }
}
