package dev.keymgr.store.jdbc;

import static java.util.Objects.requireNonNull;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real PostgreSQL server for the whole run, and for each test a fresh database in it, tables and all. */
final class PostgresDatabase implements BeforeEachCallback, AfterEachCallback {
    private final OpenStores stores = new OpenStores();
    private @Nullable Server server;
    private @Nullable String name;

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        server = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(PostgresDatabase.class))
                .getOrComputeIfAbsent(Server.class, type -> new Server(), Server.class);
        name = server.create();
        stores.use(settings());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        stores.close();
    }

    StoreSettings settings() {
        return settings(requireNonNull(name));
    }

    StoreSettings settings(String database) {
        return StoreSettings.postgres(
                requireNonNull(server).running.getJdbcUrl("postgres", database), "postgres", () -> new char[0]);
    }

    JdbcStore open() {
        return stores.open();
    }

    /** Closes every client so far. */
    void leave() {
        stores.close();
    }

    /** A connection past the store, as a person with psql has. */
    Connection raw() throws SQLException {
        return raw(requireNonNull(name));
    }

    Connection raw(String database) throws SQLException {
        return requireNonNull(server).running.getDatabase("postgres", database).getConnection();
    }

    /** Started when the first test needs it; a server that cannot start fails that test. */
    private static final class Server implements AutoCloseable {
        private static final String TEMPLATE = "migrated";

        private final EmbeddedPostgres running;
        private final AtomicInteger created = new AtomicInteger();

        Server() {
            try {
                running = EmbeddedPostgres.builder()
                        .setPGStartupWait(Duration.ofMinutes(1))
                        .start();
                execute("CREATE DATABASE " + TEMPLATE);
                JdbcStore.migrate(
                        StoreSettings.postgres(running.getJdbcUrl("postgres", TEMPLATE), "postgres", () -> new char[0]),
                        OpenStores.CLOCK);
            } catch (IOException | SQLException e) {
                throw new IllegalStateException("PostgreSQL does not start here", e);
            }
        }

        String create() throws SQLException {
            String name = "test" + created.incrementAndGet();
            execute("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
            return name;
        }

        private void execute(String sql) throws SQLException {
            try (Connection connection = running.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        @Override
        public void close() throws IOException {
            running.close();
        }
    }
}
