package dev.keymgr.store.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class PostgresSchemaLawsIT extends SchemaLawsContract {
    @RegisterExtension
    private final PostgresDatabase database = new PostgresDatabase();

    @Override
    JdbcStore open() {
        return database.open();
    }

    @Override
    Connection raw() throws SQLException {
        return database.raw();
    }

    @Test
    void refusesToEmptyATable() {
        for (String table :
                List.of("audit_record", "audit_head", "signing_key", "keyring", "publication", "publication_listing")) {
            assertThatThrownBy(() -> execute("TRUNCATE " + table + " CASCADE"))
                    .as(table)
                    .isInstanceOf(SQLException.class);
        }
    }
}
