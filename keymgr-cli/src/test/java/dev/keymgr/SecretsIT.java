package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Footprint;
import dev.keymgr.testkit.RunningDaemon;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a PIN must not be found while a daemon works with it. */
class SecretsIT {
    /** As a JVM holds text: one byte a character, or two in the machine's order; a heap dump has two in the other. */
    private static final List<Charset> FORMS =
            List.of(StandardCharsets.ISO_8859_1, StandardCharsets.UTF_16LE, StandardCharsets.UTF_16BE);

    @TempDir
    private static Path folder;

    private static DemoFolder demo;

    @BeforeAll
    static void begin() {
        demo = DemoFolder.withoutKeys(folder.resolve("demo"));
        DemoFolder.write(demo.config(), DemoFolder.read(demo.config()) + "\ndaemon:\n  listen: 127.0.0.1:0\n");
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    @Test
    void noDaemonStartsThatToolsCouldAttachTo() {
        demo.keymgr()
                .with("KEYMGR_JAVA_OPTS", "-XX:-DisableAttachMechanism")
                .run("daemon")
                .expect(1)
                .says("attach: open");
    }

    @Test
    void noPinIsInLogArgumentsEnvironmentPagesOrHeap() throws IOException {
        Path dumps = Files.createDirectory(folder.resolve("dumps"));
        String options = Footprint.OPTIONS + " -XX:+HeapDumpAfterFullGC -XX:HeapDumpPath=" + dumps;
        try (RunningDaemon daemon = RunningDaemon.start(demo.keymgr().with("KEYMGR_JAVA_OPTS", options))
                .ready()) {
            // A login again, too, and more signatures.
            demo.killServer("consumer-a");
            demo.keymgr().expect(0, "rotate", "consumer", "--wait");
            await().atMost(Duration.ofSeconds(60)).until(daemon::isReady);
            long live = Footprint.live(daemon);
            byte[] heap = newest(dumps);

            assertThat((long) heap.length).isGreaterThan(live / 2);
            // What is there is found.
            assertThat(holds(heap, "https://login.example/consumer")).isTrue();
            for (String pin : pins()) {
                assertThat(daemon.log()).doesNotContain(pin);
                assertThat(daemon.get("/metrics").body()).doesNotContain(pin);
                assertThat(daemon.get("/").body()).doesNotContain(pin);
                for (String file : List.of("cmdline", "environ")) {
                    byte[] bytes = Files.readAllBytes(Path.of("/proc/" + daemon.pid(), file));
                    assertThat(bytes).isNotEmpty();
                    assertThat(holds(bytes, pin)).as(file).isFalse();
                }
                assertThat(holds(heap, pin)).as("the heap").isFalse();
            }
        }
    }

    private static List<String> pins() throws IOException {
        try (Stream<Path> files = Files.list(demo.file("secrets"))) {
            List<String> pins = files.filter(f -> f.toString().endsWith(".pin"))
                    .map(f -> DemoFolder.read(f).strip())
                    .toList();
            assertThat(pins).hasSizeGreaterThanOrEqualTo(4).allMatch(pin -> pin.length() >= 8);
            return pins;
        }
    }

    private static byte[] newest(Path dumps) throws IOException {
        try (Stream<Path> files = Files.list(dumps)) {
            List<Path> found = files.sorted().toList();
            assertThat(found).isNotEmpty();
            return Files.readAllBytes(found.get(found.size() - 1));
        }
    }

    private static boolean holds(byte[] memory, String text) {
        return FORMS.stream().anyMatch(form -> indexOf(memory, text.getBytes(form)) >= 0);
    }

    private static int indexOf(byte[] memory, byte[] wanted) {
        for (int at = 0; at <= memory.length - wanted.length; at++) {
            int same = 0;
            while (same < wanted.length && memory[at + same] == wanted[same]) {
                same++;
            }
            if (same == wanted.length) {
                return at;
            }
        }
        return -1;
    }
}
