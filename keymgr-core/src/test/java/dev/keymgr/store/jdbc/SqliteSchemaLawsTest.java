package dev.keymgr.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class SqliteSchemaLawsTest extends SchemaLawsContract {
    @RegisterExtension
    private final SqliteFile file = new SqliteFile();

    @Override
    JdbcStore open() {
        return file.open();
    }

    @Override
    Connection raw() throws SQLException {
        return file.raw();
    }

    /** REPLACE deletes rows past the DELETE triggers. */
    @Test
    void refusesToReplaceARow() {
        for (String sql : List.of(
                "REPLACE INTO audit_record SELECT * FROM audit_record WHERE sequence = 1",
                "REPLACE INTO signing_key SELECT * FROM signing_key WHERE state = 'COMPROMISED'",
                "UPDATE OR REPLACE audit_record SET sequence = 1 WHERE sequence = 2")) {
            assertThatThrownBy(() -> execute(sql)).as(sql).isInstanceOf(SQLException.class);
            assertThat(open().read(0, 100)).hasSizeGreaterThan(2);
        }
    }
}
