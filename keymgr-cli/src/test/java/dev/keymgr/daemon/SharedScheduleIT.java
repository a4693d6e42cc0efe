package dev.keymgr.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keymgr.key.ScopeName;
import dev.keymgr.store.jdbc.JdbcStore;
import dev.keymgr.store.jdbc.StoreSettings;
import dev.keymgr.testkit.DemoFolder;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.quartz.impl.SchedulerRepository;

/** Two nodes on one schedule in PostgreSQL, of which one has a scope in its configuration that the other has not. */
@Tag("long")
class SharedScheduleIT {
    private static final ScopeName KEPT = new ScopeName("kept");
    private static final Duration TICK = Duration.ofMillis(500);
    private static final Duration SOON = Duration.ofSeconds(60);

    private EmbeddedPostgres server;
    private DataSource database;

    @BeforeEach
    void begin() throws IOException {
        server = EmbeddedPostgres.builder()
                .setPGStartupWait(Duration.ofMinutes(1))
                .start();
        StoreSettings settings =
                StoreSettings.postgres(server.getJdbcUrl("postgres", "postgres"), "postgres", () -> new char[0]);
        JdbcStore.migrate(settings, DemoFolder.CLOCK);
        database = JdbcStore.connections(settings, DemoFolder.CLOCK);
    }

    @AfterEach
    void end() throws IOException {
        server.close();
    }

    /** A node as far as the schedule can tell: counts its wakes, and takes away those of a scope it does not serve. */
    private final class Node implements Duties, AutoCloseable {
        private final AtomicInteger wakes = new AtomicInteger();
        private final Schedule schedule;
        private volatile boolean serves;

        Node(String name, boolean serves) {
            this.serves = serves;
            Properties store = JobStores.shared(database, name);
            store.setProperty("org.quartz.scheduler.idleWaitTime", "1000"); // looks for the other's triggers sooner
            this.schedule = Schedule.of(store, this);
            // In one process Quartz would hand the same scheduler out again.
            SchedulerRepository.getInstance().remove("keymgr");
        }

        @Override
        public void advance(ScopeName scope) {
            wakes.incrementAndGet();
            if (!serves) {
                schedule.forget(scope);
            }
        }

        @Override
        public void examine(ScopeName scope) {
            // as above, once is enough
        }

        @Override
        public void beat() {
            if (serves) {
                schedule.restore(Map.of(KEPT, TICK));
            }
        }

        @Override
        public void notifyReceivers() {
            // no receivers
        }

        @Override
        public void close() {
            schedule.close();
        }
    }

    private int jobs() {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM keymgr_qrtz_job_details")) {
            row.next();
            return row.getInt(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aScopeIsWokenAsLongAsOneNodeServesItAndNoLonger() {
        try (Node knows = new Node("knows", true);
                Node knowsNot = new Node("knows-not", false)) {
            knows.schedule.sweep(KEPT, TICK);
            knowsNot.schedule.start();
            await().atMost(SOON).until(() -> jobs() == 0);
            assertThat(knowsNot.wakes).hasPositiveValue();

            knows.schedule.start();
            await().atMost(SOON).until(() -> {
                knows.beat(); // the other may have taken them away once more
                return jobs() == 2;
            });
            await().atMost(SOON).until(() -> {
                knows.beat();
                return knows.wakes.get() > 3;
            });

            knows.serves = false;
            await().atMost(SOON).until(() -> jobs() == 0);
            knows.beat();
            knowsNot.beat();
            assertThat(jobs()).isZero();
        }
    }
}
