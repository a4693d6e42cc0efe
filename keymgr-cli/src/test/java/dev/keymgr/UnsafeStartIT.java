package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.RunningDaemon;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the daemon does not start with, and doctor says of it. */
@Tag("long")
class UnsafeStartIT {
    @TempDir
    private static Path folder;

    private static DemoFolder demo;

    @BeforeAll
    static void begin() {
        demo = DemoFolder.withoutKeys(folder.resolve("demo"));
        demo.edit("rotation: 20s", "rotation: 1h"); // ready once, ready throughout
        DemoFolder.write(demo.config(), DemoFolder.read(demo.config()) + "\ndaemon: {listen: '127.0.0.1:0'}\n");
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    @ParameterizedTest
    @CsvSource({
        "-XX:-DisableAttachMechanism, attach: open",
        "-XX:+HeapDumpOnOutOfMemoryError, heap dumps: written",
        "'-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0', debugger: let in",
        "-Dcom.sun.management.jmxremote, debugger: let in"
    })
    void refusesAProcessWhoseMemoryOthersCanRead(String option, String says) {
        demo.keymgr()
                .with("KEYMGR_JAVA_OPTS", option)
                .run("daemon")
                .expect(1)
                .says(says, "the daemon was not started", "KM-CHECK");
    }

    @ParameterizedTest
    @CsvSource({
        "secrets/consumer-a.pin, rw-r-----, chmod 600",
        "keymgr.yaml, rw-r--rw-, chmod o-w",
        "keymgr.db, rw-rw-rw-, chmod o-w",
        "public/consumer, rwxrwxrwx, chmod o-w"
    })
    void refusesFilesThatOthersCanUseAndSoDoesDoctor(String name, String mode, String says) throws IOException {
        Path file = demo.file(name);
        String before = PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        try {
            demo.keymgr().run("daemon").expect(1).says("files: " + file, says, "the daemon was not started");
            assertThat(DemoFolder.result(
                            demo.keymgr().run("-o", "json", "doctor").json(), "files"))
                    .isEqualTo("failed");
        } finally {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(before));
        }
        assertThat(DemoFolder.result(demo.keymgr().run("-o", "json", "doctor").json(), "files"))
                .isEqualTo("ok");
    }

    @Test
    void refusesABlankNameAndAnAddressThatIsNotHere() {
        String config = DemoFolder.read(demo.config());
        demo.keymgr().run("daemon", "--name", " ").expect(2).says("--name is blank");
        DemoFolder.write(demo.config(), config.replace("127.0.0.1:0", "no-such-host.invalid:8470"));
        demo.keymgr()
                .run("daemon")
                .expect(2)
                .says("cannot listen at no-such-host.invalid:8470", "no host of that name");
        DemoFolder.write(demo.config(), config);
    }

    @Test
    void whoseAddressIsTakenDoesNotWorkEitherAndNobodyMissesTheOther() {
        try (RunningDaemon daemon = RunningDaemon.start(demo.keymgr()).ready()) {
            String taken = daemon.url("/").getAuthority();
            Path second = demo.file("second.yaml");
            DemoFolder.write(second, DemoFolder.read(demo.config()).replace("127.0.0.1:0", taken));

            Run refused = demo.keymgr().run("-c", second.toString(), "daemon");

            refused.expect(2).says("cannot listen at " + taken);
            assertThat(refused.err()).doesNotContain("this daemon");
            assertThat(demo.query("SELECT daemon FROM heartbeat")).hasSize(1);
            assertThat(daemon.isReady()).isTrue();
        }
    }

    @Test
    void keepsTheOldConfigurationWhenTheNewOneNamesAFileThatOthersCanUse() throws IOException {
        Path pin = demo.file("secrets/enterprise-a.pin");
        try (RunningDaemon daemon = RunningDaemon.start(demo.keymgr())) {
            daemon.ready();
            Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-r--r--"));
            daemon.signal("HUP");
            await().atMost(Duration.ofSeconds(30)).until(() -> daemon.log().contains("the old one stands"));
            assertThat(daemon.log()).contains("files: " + pin + " may be used by others");
            assertThat(daemon.isReady()).isTrue();
        } finally {
            Files.setPosixFilePermissions(pin, PosixFilePermissions.fromString("rw-------"));
        }
    }
}
