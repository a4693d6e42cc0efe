package dev.keymgr.store.jdbc;

import static dev.keymgr.testkit.SampleKeys.CONSUMER;
import static dev.keymgr.testkit.SampleKeys.ENTERPRISE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keymgr.audit.AuditChain;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.inventory.ScopeLock;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** One file, several processes; some of them die. */
@Execution(ExecutionMode.CONCURRENT)
final class SqliteProcessIT {
    private static final int WRITES = 200;

    @RegisterExtension
    private final SqliteFile file = new SqliteFile();

    private Process start(String what, ScopeName scope, int times) throws IOException {
        return StoreProbe.start(
                List.of(), List.of(), what, file.path().toString(), scope.value(), Integer.toString(times));
    }

    private static List<String> finish(Process process) throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            reader.lines().forEach(lines::add);
        }
        assertThat(process.waitFor()).as("exit code after %s", lines).isZero();
        return lines;
    }

    @Test
    void twoProcessesLoseNoWriteOfEachOther() throws Exception {
        Process one = start("write", CONSUMER, WRITES);
        Process two = start("write", CONSUMER, WRITES);
        finish(one);
        finish(two);

        assertThat(file.open().read(CONSUMER).generation()).isEqualTo(new Generation(2 * WRITES));
        assertThat(file.open().read(CONSUMER).keys()).hasSize(2 * WRITES);
        requireSound(2 * WRITES);
    }

    @Test
    void aKilledWriterLeavesEveryAcknowledgedWriteAndNoHalfOne() throws Exception {
        Process survivor = start("write", ENTERPRISE, WRITES);
        long acknowledged = 0;
        for (int round = 0; round < 5; round++) {
            Process victim = start("write", CONSUMER, 1_000_000);
            acknowledged = killAfter(victim, 20 + 7 * round);

            long stored = file.open().read(CONSUMER).generation().value();
            assertThat(stored).isBetween(acknowledged, acknowledged + 1);
        }
        finish(survivor);

        assertThat(file.open().read(ENTERPRISE).generation()).isEqualTo(new Generation(WRITES));
        long stored = file.open().read(CONSUMER).generation().value();
        assertThat(file.open().read(CONSUMER).keys()).hasSize((int) stored);
        requireSound(WRITES + stored);
    }

    /** Kills it, as kill -9 does, in the middle of whatever follows so many writes; the last one that it acknowledged. */
    private static long killAfter(Process victim, int writes) throws IOException, InterruptedException {
        String last = "";
        try (BufferedReader reader = victim.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 0; i < writes; i++) {
                last = reader.readLine();
            }
            // By its handle: the process object itself would close what is still to be read.
            assertThat(victim.toHandle().destroyForcibly()).isTrue();
            for (String line = reader.readLine(); line != null && line.startsWith("generation "); ) {
                last = line;
                line = reader.readLine();
            }
        }
        assertThat(victim.waitFor()).isNotZero();
        return Long.parseLong(last.substring("generation ".length()));
    }

    private void requireSound(long records) throws SQLException {
        JdbcStore store = file.open();
        List<AuditRecord> chain = store.read(0, 10_000);
        assertThat(chain).hasSize((int) records);
        assertThat(AuditChain.firstBreak(chain, store.auditHead())).isEmpty();
        try (Connection connection = file.raw();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA integrity_check")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getString(1)).isEqualTo("ok");
        }
    }

    @Test
    void oneOfTwoProcessesGetsTheLeaseAndKeepsIt() throws Exception {
        Process one = start("lease", CONSUMER, WRITES);
        Process two = start("lease", CONSUMER, WRITES);
        List<String> both = new ArrayList<>(finish(one));
        both.addAll(finish(two));

        assertThat(both).containsExactlyInAnyOrder("had it " + WRITES, "had it 0");
    }

    @Test
    void aKilledHolderFreesItsScopeAtOnce() throws Exception {
        Process holder = start("hold", CONSUMER, 0);
        BufferedReader reader = holder.inputReader(StandardCharsets.UTF_8);
        assertThat(reader.readLine()).isEqualTo("held true");
        JdbcStore store = file.open();

        KeymgrException busy =
                catchThrowableOfType(KeymgrException.class, () -> store.lock(CONSUMER, Duration.ofMillis(100)));
        assertThat(busy.code()).isEqualTo(ErrorCode.SCOPE_BUSY);
        assertThat(busy)
                .hasMessageContaining("keymgr pid " + holder.pid() + " on ")
                .hasMessageContaining("since 2026-01-02T03:04:05Z");

        holder.destroyForcibly().waitFor();
        try (ScopeLock held = store.lock(CONSUMER, Duration.ZERO)) {
            assertThat(held).isNotNull();
            // Looking at a lock must not lose it: the kernel takes it back when any descriptor of the file is closed.
            assertThat(catchThrowableOfType(KeymgrException.class, () -> store.lock(CONSUMER, Duration.ZERO)))
                    .hasMessageContaining("pid " + ProcessHandle.current().pid());
            assertThat(finish(start("hold", CONSUMER, 0)))
                    .singleElement()
                    .asString()
                    .startsWith("SCOPE_BUSY")
                    .contains("pid " + ProcessHandle.current().pid());
        }
    }

    @Test
    void aFileThatMayNotBeWrittenIsReportedAndUntouched() throws Exception {
        finish(start("write", CONSUMER, 3));
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("r--------"));

        Process writer = StoreProbe.start(
                withoutPowerOverFiles(), List.of(), "write", file.path().toString(), CONSUMER.value(), "1");
        assertThat(finish(writer))
                .singleElement()
                .asString()
                .startsWith("STORE_UNAVAILABLE")
                .contains("is read-only")
                .contains("nothing was written");
        Files.setPosixFilePermissions(file.path(), PosixFilePermissions.fromString("rw-------"));
        assertThat(file.open().read(CONSUMER).generation()).isEqualTo(new Generation(3));
    }

    /** The superuser writes read-only files; without its capabilities it does not. */
    private static List<String> withoutPowerOverFiles() {
        return System.getProperty("user.name").equals("root")
                ? List.of("setpriv", "--bounding-set=-all", "--inh-caps=-all")
                : List.of();
    }

    @Test
    void aFullDiskIsReportedAndLeavesTheLastWriteWhole(@TempDir Path mount) throws Exception {
        // A name space of its own, where anyone may mount: two megabytes of memory as a disk, gone with the process.
        String script =
                "mount -t tmpfs -o size=2m tmpfs \"$0\" && mkdir \"$0/store\" && cp \"$1\" \"$0/store/keymgr.db\""
                        + " && shift && \"$@\"; chmod u+rw \"$0\"/store/*; cp \"$0\"/store/* "
                        + "'" + file.path().resolveSibling("") + "'";
        Process writer = StoreProbe.start(
                List.of(
                        "unshare",
                        "-rm",
                        "sh",
                        "-c",
                        script,
                        mount.toString(),
                        file.path().toString()),
                List.of(),
                "write",
                mount.resolve("store").resolve("keymgr.db").toString(),
                CONSUMER.value(),
                "1000000");
        List<String> lines = finish(writer);

        String last = lines.get(lines.size() - 1);
        assertThat(last)
                .startsWith("STORE_UNAVAILABLE")
                .contains("has no room left on its disk")
                .contains("nothing was written");
        long acknowledged = lines.size() - 1L;
        assertThat(acknowledged).isGreaterThan(10);
        assertThat(file.open().read(CONSUMER).generation()).isEqualTo(new Generation(acknowledged));
        requireSound(acknowledged);
    }

    @Test
    void anOrdinaryCommandNeverLoadsTheMigrator() throws Exception {
        Process reader = StoreProbe.start(
                List.of(), List.of("-Xlog:class+load"), "read", file.path().toString(), CONSUMER.value(), "0");
        List<String> lines = finish(reader);

        assertThat(lines).anyMatch(line -> line.contains("dev.keymgr.store.jdbc.JdbcStore "));
        assertThat(lines).noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("flyway"));
        assertThat(lines).contains("generation 0");
    }

    @Test
    void theMigratorSaysNothing(@TempDir Path directory) throws Exception {
        Path fresh = directory.resolve("fresh.db");
        Path talk = directory.resolve("talk.txt");
        Process migration = StoreProbe.start(
                List.of("sh", "-c", "exec \"$@\" 2> '" + talk + "'", "sh"),
                List.of(),
                "migrate",
                fresh.toString(),
                CONSUMER.value(),
                "0");

        assertThat(finish(migration)).isEmpty();
        assertThat(Files.readString(talk).toLowerCase(Locale.ROOT))
                .doesNotContain("flyway")
                .doesNotContain("migrat");
        assertThat(JdbcStore.open(StoreSettings.sqlite(fresh), OpenStores.CLOCK).generations())
                .isEmpty();
    }
}
