package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.RunningDaemon;
import dev.keymgr.testkit.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk of store and documents runs full under a daemon: a real one, small, where the test may mount it. */
@Tag("long")
class FullDiskIT {
    /** Room for the store, its log of changes and the documents. */
    private static final String SIZE = "12m";

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path folder;

    private DemoFolder demo;
    private Path disk;
    private boolean mounted;

    @BeforeEach
    void begin() throws IOException {
        demo = DemoFolder.withoutKeys(folder.resolve("demo"));
        disk = Files.createDirectory(demo.file("disk"));
        mounted = "root".equals(System.getProperty("user.name"))
                && shell("mount", "-t", "tmpfs", "-o", "size=" + SIZE + ",mode=700", "keymgr-test", disk + "")
                                .exit()
                        == 0;
    }

    @AfterEach
    void end() {
        if (mounted) {
            shell("umount", disk + "").expect(0);
        }
        demo.close();
    }

    private Run shell(String... command) {
        return Shell.run(folder, demo.keymgr().environment(), List.of(command));
    }

    private static long lostBeats(RunningDaemon daemon) {
        return daemon.log().lines().filter(l -> l.contains("no heartbeat")).count();
    }

    @Test
    void documentsAreServedOnAndRotationGoesOnByItselfOnceThereIsRoom() throws IOException {
        assumeTrue(mounted, "only root can make a small disk here");
        String config = DemoFolder.read(demo.config());
        shell("cp", "-a", demo.file("keymgr.db") + "", demo.file("public") + "", disk + "")
                .expect(0);
        demo.edit("rotation: 20s", "rotation: 10s");
        demo.edit("sqlite: keymgr.db", "sqlite: disk/keymgr.db");
        demo.edit("directory: public/", "directory: disk/public/");
        DemoFolder.write(demo.config(), DemoFolder.read(demo.config()) + "\ndaemon:\n  listen: 127.0.0.1:0\n");
        try (RunningDaemon daemon = RunningDaemon.start(demo.keymgr()).ready()) {
            Path filler = disk.resolve("filler");
            shell("dd", "if=/dev/zero", "of=" + filler, "bs=4k");

            // Before any step is late: nothing but the heartbeat has met the full disk by then.
            await().atMost(SOON).until(() -> daemon.readiness().toString().contains("no room"));
            assertThat(daemon.isReady()).isFalse();
            String before = daemon.get("/consumer/jwks.json").body();
            long beats = lostBeats(daemon);
            await().atMost(SOON).until(() -> lostBeats(daemon) > beats + 1);
            assertThat(before).contains("\"kid\"");
            assertThat(daemon.get("/consumer/jwks.json").body()).isEqualTo(before);
            assertThat(daemon.get("/healthz").statusCode()).isEqualTo(200);
            assertThat(daemon.get("/metrics").statusCode()).isEqualTo(200);

            Files.delete(filler);
            daemon.ready();
            await().atMost(SOON)
                    .until(() -> !daemon.get("/consumer/jwks.json").body().equals(before));
            assertThat(daemon.stopped().exit()).isIn(0, 143);
        }
        shell("cp", "-a", disk.resolve("keymgr.db") + "", demo.root() + "").expect(0);
        shell("cp", "-aT", disk.resolve("public") + "", demo.file("public") + "")
                .expect(0);
        DemoFolder.write(demo.config(), config);
        demo.keymgr().expect(0, "apply");
        demo.requireSound();
    }
}
