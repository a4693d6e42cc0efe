package dev.keymgr.store.jdbc;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A fresh SQLite store for each test, in a directory of its own; the migrator runs once for all. */
final class SqliteFile implements BeforeEachCallback, AfterEachCallback {
    private final OpenStores stores = new OpenStores();
    private @Nullable Path directory;

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        Template template = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SqliteFile.class))
                .getOrComputeIfAbsent(Template.class, type -> new Template(), Template.class);
        directory = Files.createTempDirectory("keymgr");
        Files.write(path(), template.bytes);
        stores.use(settings());
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        stores.close();
        delete(requireNonNull(directory));
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }

    Path path() {
        return requireNonNull(directory).resolve("keymgr.db");
    }

    StoreSettings settings() {
        return StoreSettings.sqlite(path());
    }

    JdbcStore open() {
        return stores.open();
    }

    /** Closes every client so far. */
    void leave() {
        stores.close();
    }

    /** A connection past the store, as a person with the sqlite3 shell has. */
    Connection raw() throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + path() + "?foreign_keys=true");
    }

    private static final class Template {
        private final byte[] bytes;

        Template() {
            try {
                Path made = Files.createTempDirectory("keymgr");
                JdbcStore.migrate(StoreSettings.sqlite(made.resolve("keymgr.db")), OpenStores.CLOCK);
                bytes = Files.readAllBytes(made.resolve("keymgr.db"));
                delete(made);
            } catch (IOException e) {
                throw new IllegalStateException("no room for a database", e);
            }
        }
    }
}
