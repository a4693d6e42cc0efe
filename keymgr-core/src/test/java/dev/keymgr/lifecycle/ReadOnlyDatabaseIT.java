package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Moment;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.store.file.OrderDirectory;
import dev.keymgr.store.jdbc.JdbcStore;
import dev.keymgr.store.jdbc.StoreSettings;
import dev.keymgr.testkit.World;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A revocation while PostgreSQL is read-only, with orders on a real disk. */
class ReadOnlyDatabaseIT {
    private static final KeyGroup GROUP = new KeyGroup(CONSUMER, SigningAlgorithm.ES256);

    private final World world = new World(13);

    @Test
    void theKeyStopsAndLeavesAtOnceAndTheRecordFollows(@TempDir Path folder) throws IOException, SQLException {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .start()) {
            StoreSettings settings =
                    StoreSettings.postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", () -> new char[0]);
            JdbcStore.migrate(settings, world.clock());
            SigningKey stolen;
            try (JdbcStore store = JdbcStore.open(settings, world.clock())) {
                lifecycle(store, folder).advance(CONSUMER);
                stolen = store.read(CONSUMER).active(GROUP).orElseThrow();
            }
            world.clock().advance(Duration.ofHours(2));
            Instant ordered = world.clock().instant();
            say(server, "ALTER DATABASE postgres SET default_transaction_read_only = on");
            try (JdbcStore store = JdbcStore.open(settings, world.clock())) {
                KeymgrException said = catchThrowableOfType(KeymgrException.class, () -> revoke(store, folder, stolen));

                assertThat(said.code()).isEqualTo(ErrorCode.RECORD_PENDING);
                assertThat(said).hasMessageContaining("read-only");
                assertThat(world.token(stolen.location().token())
                                .loginAgain()
                                .find(stolen.location().id()))
                        .isEmpty();
                assertThat(world.sink(CONSUMER).at(ordered).orElseThrow().set().find(stolen.kid()))
                        .isEmpty();
                assertThat(store.read(CONSUMER).require(stolen.kid()).state()).isEqualTo(KeyState.ACTIVE);
            }
            say(server, "SET default_transaction_read_only = off; ALTER DATABASE postgres RESET ALL");
            world.clock().advance(Duration.ofMinutes(7));
            try (JdbcStore store = JdbcStore.open(settings, world.clock())) {
                Advance advance = lifecycle(store, folder).advance(CONSUMER);

                assertThat(advance.failures()).isEmpty();
                SigningKey revoked = store.read(CONSUMER).require(stolen.kid());
                assertThat(revoked.state()).isEqualTo(KeyState.COMPROMISED);
                assertThat(revoked.times().require(Moment.COMPROMISED)).isEqualTo(ordered);
                assertThat(store.read(CONSUMER).active(GROUP)).isPresent();
                assertThat(new OrderDirectory(folder.resolve("emergency")).of(CONSUMER))
                        .isEmpty();
            }
        }
    }

    private Advance revoke(JdbcStore store, Path folder, SigningKey stolen) {
        Compromise record = new Compromise("stolen", Cause.KEY, world.clock().instant());
        return lifecycle(store, folder).emergency().revoke(CONSUMER, stolen.kid(), record, Issuance.MUST_GO_ON);
    }

    private Lifecycle lifecycle(JdbcStore store, Path folder) {
        Map<TokenLabel, Hsm> open = new TreeMap<>();
        Tokens tokens = label -> open.computeIfAbsent(label, l -> world.token(l).loginAgain());
        return new Lifecycle(
                List.of(new ManagedScope(
                        World.scope(CONSUMER),
                        world.policy(CONSUMER),
                        List.of(world.sink(CONSUMER)),
                        List.of(),
                        DocumentTerms.DEFAULT,
                        List.of())),
                new Records(store, store, store.authorities(), new OrderDirectory(folder.resolve("emergency"))),
                tokens,
                world.clock(),
                new SecureRandom(new byte[] {13}),
                "test@here",
                Duration.ofSeconds(10),
                Progress.NONE);
    }

    private static void say(EmbeddedPostgres server, String sql) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            for (String each : sql.split("; ", -1)) {
                statement.execute(each);
            }
        }
    }
}
