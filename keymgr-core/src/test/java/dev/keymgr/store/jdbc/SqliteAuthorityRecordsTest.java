package dev.keymgr.store.jdbc;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.authority.AuthorityRecordsContract;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteAuthorityRecordsTest extends AuthorityRecordsContract {
    @RegisterExtension
    private final SqliteFile file = new SqliteFile();

    @Override
    protected AuthorityRecords records() {
        return file.open().authorities();
    }

    @Override
    protected AuditLog audit() {
        return file.open();
    }

    @Override
    protected void leave() {
        file.leave();
    }

    @Override
    protected void breakAudit() throws SQLException {
        try (Connection connection = file.raw();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE audit_record RENAME TO away");
        }
    }
}
