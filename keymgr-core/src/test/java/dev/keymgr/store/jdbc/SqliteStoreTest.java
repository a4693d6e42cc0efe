package dev.keymgr.store.jdbc;

import static dev.keymgr.testkit.SampleKeys.CONSUMER;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keymgr.inventory.ScopeLock;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.testkit.SampleLife;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SqliteStoreTest {
    private static final Keyring FIRST = SampleLife.of(CONSUMER, 1).get(0);

    @RegisterExtension
    private final SqliteFile file = new SqliteFile();

    @TempDir
    private Path directory;

    private static KeymgrException refusal(ThrowingCallable call) {
        return catchThrowableOfType(KeymgrException.class, call);
    }

    private static JdbcStore open(Path path) {
        return JdbcStore.open(StoreSettings.sqlite(path), OpenStores.CLOCK);
    }

    // ---- files

    @Test
    void makesItsFilesForTheOwnerAlone() throws IOException {
        Path parent = directory.resolve("new");
        Path path = parent.resolve("deeper/keymgr.db");
        JdbcStore.migrate(StoreSettings.sqlite(path), OpenStores.CLOCK);
        try (JdbcStore store = open(path);
                ScopeLock held = store.lock(CONSUMER, Duration.ZERO)) {
            store.replace(Keyring.empty(CONSUMER), FIRST, List.of());

            assertThat(held).isNotNull();
            assertThat(mode(parent.resolve("deeper"))).isEqualTo("rwx------");
            assertThat(mode(parent)).isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(parent.resolve("deeper"))) {
                assertThat(files)
                        .extracting(p -> p.getFileName() + " " + mode(p))
                        .contains(
                                "keymgr.db rw-------",
                                "keymgr.db-wal rw-------",
                                "keymgr.db-shm rw-------",
                                "keymgr.db.consumer.lock rw-------");
            }
        }
    }

    private static String mode(Path path) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void doesNotBeginAStoreThatIsMissing() {
        Path missing = directory.resolve("missing.db");

        KeymgrException refusal = refusal(() -> open(missing));

        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(refusal).hasMessageContaining(missing.toString()).hasMessageContaining("keymgr init");
        assertThat(missing).doesNotExist();
    }

    @Test
    void sendsAFileWithoutTablesToInit() throws IOException {
        Path empty = Files.createFile(directory.resolve("empty.db"));

        KeymgrException refusal = refusal(() -> open(empty));

        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(refusal).hasMessageContaining("keymgr init");
    }

    @Test
    void refusesAFileThatIsNoDatabase() throws IOException {
        Path letter = Files.writeString(directory.resolve("letter.db"), "Dear Sirs, ".repeat(1000));

        KeymgrException refusal = refusal(() -> open(letter));

        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(refusal).hasMessageContaining("damaged").hasMessageContaining("nothing was written");
    }

    @Test
    void saysSoWhenPagesAreDamaged() throws IOException {
        try (JdbcStore store = file.open()) {
            Keyring before = Keyring.empty(CONSUMER);
            for (Keyring after : SampleLife.of(CONSUMER, 1)) {
                store.replace(before, after, List.of());
                before = after;
            }
        }
        byte[] bytes = Files.readAllBytes(file.path());
        Arrays.fill(bytes, 4096, bytes.length, (byte) 0x5a);
        Files.write(file.path(), bytes);

        KeymgrException refusal = refusal(() -> open(file.path()).read(CONSUMER));

        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(refusal).hasMessageContaining("damaged").hasMessageContaining("backup");
    }

    @Test
    void refusesAPathThatTheDriverWouldCutShort() {
        KeymgrException refusal = refusal(() -> StoreSettings.sqlite(Path.of("what?.db")));

        assertThat(refusal.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space.db", "100%.db", "ключи.db", "a#b&c.db"})
    void takesAnyOtherPath(String name) {
        assumeTrue(
                Charset.forName(System.getProperty("sun.jnu.encoding"))
                        .newEncoder()
                        .canEncode(name),
                "the locale has no such file name");
        Path path = directory.resolve(name);
        JdbcStore.migrate(StoreSettings.sqlite(path), OpenStores.CLOCK);
        try (JdbcStore store = open(path)) {
            store.replace(Keyring.empty(CONSUMER), FIRST, List.of());

            assertThat(store.read(CONSUMER)).isEqualTo(FIRST);
            assertThat(path).exists();
        }
    }

    // ---- schema

    @Test
    void refusesAStoreOfANewerRelease() throws SQLException {
        execute("UPDATE keymgr_schema_history SET version = '99'");

        KeymgrException refusal = refusal(file::open);
        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_SCHEMA);
        assertThat(refusal).hasMessageContaining("newer keymgr");
        KeymgrException migration = refusal(() -> JdbcStore.migrate(file.settings(), OpenStores.CLOCK));
        assertThat(migration.code()).isEqualTo(ErrorCode.STORE_SCHEMA);
        assertThat(migration).hasMessageContaining("newer keymgr");
    }

    @Test
    void sendsAStoreOfAnOlderReleaseToInit() throws SQLException {
        execute("UPDATE keymgr_schema_history SET version = '0'");

        KeymgrException refusal = refusal(file::open);

        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_SCHEMA);
        assertThat(refusal).hasMessageContaining("has schema 0").hasMessageContaining("keymgr init");
    }

    @Test
    void migratesOnceHoweverOftenAsked() throws Exception {
        Path path = directory.resolve("keymgr.db");
        ExecutorService executor = Executors.newFixedThreadPool(3);
        List<Future<?>> migrations = Stream.generate(
                        () -> executor.submit(() -> JdbcStore.migrate(StoreSettings.sqlite(path), OpenStores.CLOCK)))
                .limit(3)
                .<Future<?>>map(f -> f)
                .toList();
        executor.shutdown();
        for (Future<?> migration : migrations) {
            migration.get();
        }
        try (JdbcStore store = open(path)) {
            store.replace(Keyring.empty(CONSUMER), FIRST, List.of());
            JdbcStore.migrate(StoreSettings.sqlite(path), OpenStores.CLOCK);

            assertThat(store.read(CONSUMER)).isEqualTo(FIRST);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void knowsTheNumberOfItsNewestMigration(String database) throws IOException, URISyntaxException {
        Path folder = Path.of(requireNonNull(JdbcStore.class.getResource("/dev/keymgr/store/" + database))
                .toURI());
        try (Stream<Path> scripts = Files.list(folder)) {
            assertThat(scripts.mapToInt(SqliteStoreTest::number).max()).hasValue(Schema.VERSION);
        }
    }

    private static int number(Path script) {
        String name = script.getFileName().toString();
        return Integer.parseInt(name.substring(1, name.indexOf("__")));
    }

    // ---- other writers

    @Test
    void readsWhileAnotherWritesAndGivesUpWritingAfterItsPatience() throws SQLException {
        StoreSettings impatient = new StoreSettings.Sqlite(file.path(), Duration.ofMillis(150));
        try (JdbcStore store = JdbcStore.open(impatient, OpenStores.CLOCK);
                Connection other = file.raw();
                Statement statement = other.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");

            assertThat(store.read(CONSUMER)).isEqualTo(Keyring.empty(CONSUMER));
            KeymgrException refusal = refusal(() -> store.replace(Keyring.empty(CONSUMER), FIRST, List.of()));
            assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            assertThat(refusal)
                    .hasMessageContaining("is locked by another process")
                    .hasMessageContaining("nothing was written");

            statement.execute("ROLLBACK");
            store.replace(Keyring.empty(CONSUMER), FIRST, List.of());
            assertThat(store.read(CONSUMER)).isEqualTo(FIRST);
        }
    }

    @Test
    void leavesNoLockBehindWhenIdle() throws SQLException {
        try (JdbcStore store = file.open()) {
            store.replace(Keyring.empty(CONSUMER), FIRST, List.of());

            execute("UPDATE audit_head SET sequence = sequence + 1");
        }
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = file.raw();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
