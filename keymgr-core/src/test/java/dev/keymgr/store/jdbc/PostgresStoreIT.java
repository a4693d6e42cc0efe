package dev.keymgr.store.jdbc;

import static dev.keymgr.testkit.SampleKeys.CONSUMER;
import static dev.keymgr.testkit.SampleKeys.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditChain;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.inventory.ScopeLock;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.testkit.SampleLife;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class PostgresStoreIT {
    private static final Keyring NONE = Keyring.empty(CONSUMER);
    private static final Keyring FIRST = SampleLife.of(CONSUMER, 1).get(0);
    private static final Keyring SECOND = SampleLife.of(CONSUMER, 1).get(1);

    @RegisterExtension
    private final PostgresDatabase database = new PostgresDatabase();

    private static List<AuditEvent> event() {
        return List.of(AuditEvent.of(START, "ann", AuditAction.KEY_GENERATED, CONSUMER, null, Map.of()));
    }

    private static KeymgrException refusal(ThrowingCallable call) {
        return catchThrowableOfType(KeymgrException.class, call);
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = database.raw();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    // ---- the server goes and comes

    @Test
    void theNextCallWorksAfterARestartOfTheServer(@TempDir Path data) throws Exception {
        int port = freePort();
        EmbeddedPostgres server = start(data, port);
        StoreSettings settings =
                StoreSettings.postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", () -> new char[0]);
        JdbcStore.migrate(settings, OpenStores.CLOCK);
        try (JdbcStore store = JdbcStore.open(settings, OpenStores.CLOCK)) {
            store.replace(NONE, FIRST, event());
            server.close();

            KeymgrException down = refusal(() -> store.replace(FIRST, SECOND, event()));
            assertThat(down.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            assertThat(down).hasMessageContaining("cannot be reached").hasMessageContaining("nothing was written");
            assertThat(refusal(() -> store.read(CONSUMER)).code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            assertThat(refusal(() -> store.lock(CONSUMER, Duration.ZERO)).code())
                    .isEqualTo(ErrorCode.STORE_UNAVAILABLE);

            server = start(data, port);
            assertThat(store.read(CONSUMER)).isEqualTo(FIRST);
            store.replace(FIRST, SECOND, event());
            server.close();
            server = start(data, port);
            store.replace(SECOND, SampleLife.of(CONSUMER, 1).get(2), event());
            assertThat(AuditChain.firstBreak(store.read(0, 10), store.auditHead()))
                    .isEmpty();
            assertThat(store.read(0, 10)).hasSize(3);
        } finally {
            server.close();
        }
    }

    private static EmbeddedPostgres start(Path data, int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setPGStartupWait(Duration.ofMinutes(1))
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Test
    void commitsOutliveACrashOfAServerSetUpToBeFaster() throws SQLException {
        try (Connection raw = database.raw()) {
            assertThat(synchronousCommit(raw)).isEqualTo("off");
        }
        try (Connection ours =
                JdbcStore.connections(database.settings(), OpenStores.CLOCK).getConnection()) {
            assertThat(synchronousCommit(ours)).isEqualTo("on");
        }
        execute("ALTER ROLE postgres SET synchronous_commit = 'remote_apply'");
        try (Connection ours =
                JdbcStore.connections(database.settings(), OpenStores.CLOCK).getConnection()) {
            assertThat(synchronousCommit(ours)).isEqualTo("remote_apply");
        } finally {
            execute("ALTER ROLE postgres RESET synchronous_commit");
        }
    }

    private static String synchronousCommit(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SHOW synchronous_commit")) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void survivesTheEndOfItsSessions() throws SQLException {
        JdbcStore store = database.open();
        store.replace(NONE, FIRST, event());
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");

        store.replace(FIRST, SECOND, event());

        assertThat(store.read(CONSUMER)).isEqualTo(SECOND);
    }

    @Test
    void doesNotClaimToKnowWhetherACommitHappenedThatBrokeOff() throws SQLException {
        JdbcStore store = database.open();
        execute("CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                + " PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$");
        execute("CREATE CONSTRAINT TRIGGER break_off AFTER INSERT ON keyring DEFERRABLE INITIALLY DEFERRED"
                + " FOR EACH ROW EXECUTE FUNCTION break_off()");

        KeymgrException refusal = refusal(() -> store.replace(NONE, FIRST, event()));

        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(refusal)
                .hasMessageContaining("may or may not have been written")
                .hasMessageNotContaining("nothing was written");
        assertThat(store.read(CONSUMER)).isEqualTo(NONE);
    }

    @Test
    void saysWhatIsMissing() throws SQLException {
        KeymgrException database404 = refusal(() -> open(database.settings("nowhere")));
        assertThat(database404.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(database404).hasMessageContaining("createdb").hasMessageContaining("keymgr init");

        KeymgrException tables = refusal(() -> open(database.settings("template1")));
        assertThat(tables.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(tables).hasMessageContaining("no tables").hasMessageContaining("keymgr init");

        KeymgrException server =
                refusal(() -> open(StoreSettings.postgres("jdbc:postgresql://localhost:1/x", "u", () -> new char[0])));
        assertThat(server.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(server).hasMessageContaining("cannot be reached");
    }

    private static JdbcStore open(StoreSettings settings) {
        return JdbcStore.open(settings, OpenStores.CLOCK);
    }

    @Test
    void refusesAStoreOfAnotherRelease() throws SQLException {
        execute("UPDATE keymgr_schema_history SET version = '99'");
        KeymgrException newer = refusal(database::open);
        assertThat(newer.code()).isEqualTo(ErrorCode.STORE_SCHEMA);
        assertThat(newer).hasMessageContaining("newer keymgr");

        execute("UPDATE keymgr_schema_history SET version = '0'");
        KeymgrException older = refusal(database::open);
        assertThat(older.code()).isEqualTo(ErrorCode.STORE_SCHEMA);
        assertThat(older).hasMessageContaining("keymgr init");
    }

    @Test
    void migratesBesideTheTablesOfOthersAndOnlyOnce() throws SQLException {
        execute("CREATE DATABASE shared_" + System.identityHashCode(this));
        StoreSettings shared = database.settings("shared_" + System.identityHashCode(this));
        try (Connection connection = database.raw("shared_" + System.identityHashCode(this));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE qrtz_locks (lock_name TEXT)");
        }
        JdbcStore.migrate(shared, OpenStores.CLOCK);
        JdbcStore.migrate(shared, OpenStores.CLOCK);

        try (JdbcStore store = open(shared)) {
            store.replace(NONE, FIRST, event());
            assertThat(store.read(CONSUMER)).isEqualTo(FIRST);
        }
    }

    @Test
    void aMigrationThatBreaksOffLeavesNothingAndCanBeRepeated() throws SQLException {
        String name = "broken_" + System.identityHashCode(this);
        execute("CREATE DATABASE " + name);
        try (Connection connection = database.raw(name);
                Statement statement = connection.createStatement()) {
            // Ends the migrator's session at the very commit that would note the migration as done.
            statement.execute("CREATE FUNCTION break_off() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                    + " IF NEW.version = '1' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;"
                    + " RETURN NULL; END $$");
            statement.execute("CREATE FUNCTION arm() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN"
                    + " IF to_regclass('keyring') IS NOT NULL AND NOT EXISTS"
                    + " (SELECT 1 FROM pg_trigger WHERE tgname = 'break_off') THEN"
                    + " CREATE CONSTRAINT TRIGGER break_off AFTER INSERT ON keymgr_schema_history"
                    + " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION break_off();"
                    + " END IF; END $$");
            statement.execute("CREATE EVENT TRIGGER arm ON ddl_command_end WHEN TAG IN ('CREATE TABLE')"
                    + " EXECUTE FUNCTION arm()");

            KeymgrException refusal = refusal(() -> JdbcStore.migrate(database.settings(name), OpenStores.CLOCK));
            assertThat(refusal)
                    .hasMessageContaining("could not prepare the tables for certain")
                    .hasMessageNotContaining("nothing was written");
            try (ResultSet rows = statement.executeQuery("SELECT to_regclass('signing_key') IS NULL,"
                    + " (SELECT count(*) FROM keymgr_schema_history WHERE version = '1')")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getBoolean(1)).as("no tables").isTrue();
                assertThat(rows.getInt(2)).as("not noted").isZero();
            }

            statement.execute("DROP EVENT TRIGGER arm");
            JdbcStore.migrate(database.settings(name), OpenStores.CLOCK);
            assertThat(open(database.settings(name)).generations()).isEmpty();
        }
    }

    @Test
    void saysThatADatabaseIsReadOnly() throws SQLException {
        execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on',"
                + " current_database()); END $$");

        KeymgrException refusal = refusal(() -> database.open().replace(NONE, FIRST, event()));

        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(refusal).hasMessageContaining("is read-only").hasMessageContaining("nothing was written");
    }

    // ---- other writers

    @Test
    void triesAgainWhatLostARaceAndStopsAtFive() throws SQLException {
        execute("CREATE SEQUENCE tries");
        execute("CREATE TABLE wins_at (attempt BIGINT)");
        execute("INSERT INTO wins_at VALUES (3)");
        execute("CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                + " IF nextval('tries') < (SELECT attempt FROM wins_at) THEN"
                + " RAISE EXCEPTION 'lost' USING ERRCODE = 'serialization_failure'; END IF; RETURN NEW; END $$");
        execute("CREATE TRIGGER lose BEFORE INSERT OR UPDATE ON keyring FOR EACH ROW EXECUTE FUNCTION lose()");
        JdbcStore store = database.open();

        store.replace(NONE, FIRST, event());
        assertThat(store.read(CONSUMER)).isEqualTo(FIRST);
        assertThat(store.read(0, 10)).hasSize(1);

        execute("UPDATE wins_at SET attempt = 1000");
        KeymgrException refusal = refusal(() -> store.replace(FIRST, SECOND, event()));
        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
        assertThat(refusal).hasMessageContaining("met other writers").hasMessageContaining("nothing was written");
        assertThat(refusal.getSuppressed()).hasSize(4);
    }

    @Test
    void givesUpAfterItsPatienceWhileAnotherHoldsTheChain() throws SQLException {
        StoreSettings.Postgres usual = (StoreSettings.Postgres) database.settings();
        StoreSettings impatient =
                new StoreSettings.Postgres(usual.url(), usual.user(), usual.password(), Duration.ofMillis(200));
        try (JdbcStore store = open(impatient);
                Connection other = database.raw();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("SELECT * FROM audit_head FOR UPDATE");

            KeymgrException refusal = refusal(() -> store.replace(NONE, FIRST, event()));
            assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
            assertThat(refusal).hasMessageContaining("is locked by another process");
            assertThat(store.read(CONSUMER)).isEqualTo(NONE);

            other.rollback();
            store.replace(NONE, FIRST, event());
            assertThat(store.read(CONSUMER)).isEqualTo(FIRST);
        }
    }

    @Test
    void aKilledHolderFreesItsScope() throws Exception {
        StoreSettings.Postgres settings = (StoreSettings.Postgres) database.settings();
        Process holder = StoreProbe.start(List.of(), List.of(), "hold", settings.url(), CONSUMER.value(), "0");
        BufferedReader reader = holder.inputReader(StandardCharsets.UTF_8);
        assertThat(reader.readLine()).isEqualTo("held true");
        JdbcStore store = database.open();

        KeymgrException busy = refusal(() -> store.lock(CONSUMER, Duration.ofMillis(100)));
        assertThat(busy.code()).isEqualTo(ErrorCode.SCOPE_BUSY);
        assertThat(busy).hasMessageContaining("keymgr pid " + holder.pid() + " on ");

        holder.destroyForcibly().waitFor();
        try (ScopeLock held = store.lock(CONSUMER, Duration.ofSeconds(30))) {
            assertThat(held).isNotNull();
        }
    }

    // ---- secrets

    @Test
    void wipesThePasswordThatItWasGiven() {
        char[] given = "not needed here".toCharArray();
        StoreSettings.Postgres usual = (StoreSettings.Postgres) database.settings();
        try (JdbcStore store = open(StoreSettings.postgres(usual.url(), usual.user(), () -> given))) {
            assertThat(store.generations()).isEmpty();
        }
        char[] wiped = new char[given.length];
        Arrays.fill(wiped, '\0');

        assertThat(given).isEqualTo(wiped);
    }

    @Test
    void refusesAPasswordInTheUrlAndNeverRepeatsIt() {
        KeymgrException refusal = refusal(
                () -> StoreSettings.postgres("jdbc:postgresql://h/d?user=u&password=hunter2", "u", () -> new char[0]));

        assertThat(refusal.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(refusal).hasMessageNotContaining("hunter2");
    }
}
