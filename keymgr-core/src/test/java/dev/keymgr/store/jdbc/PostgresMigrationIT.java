package dev.keymgr.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.testkit.AtOnce;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Several that prepare one empty database. */
final class PostgresMigrationIT {
    private static final int ROUNDS = 5;

    @RegisterExtension
    private final PostgresDatabase database = new PostgresDatabase();

    @Test
    void firstMigrationsAtOnceAllSucceed() throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            String name = "raced_" + round + "_" + System.identityHashCode(this);
            try (Connection connection = database.raw();
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            }
            StoreSettings raced = database.settings(name);

            AtOnce.run(List.of(1, 2, 3, 4), client -> {
                JdbcStore.migrate(raced, OpenStores.CLOCK);
                return client;
            });

            try (JdbcStore store = JdbcStore.open(raced, OpenStores.CLOCK)) {
                assertThat(store.generations()).isEmpty();
            }
        }
    }
}
