package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.Keymgr.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drills, as somebody plays them: with nothing there, and beside a set-up. */
class DrillIT {
    @TempDir
    private Path folder;

    @Test
    void theStormHoldsAndIsInTheRecordOfWhatItWasPlayedFor() throws IOException {
        try (DemoFolder demo = DemoFolder.notYet(folder.resolve("demo"))) {
            demo.keymgr().expect(0, "quickstart", "--fast", demo.root().toString());
            Path kept = folder.resolve("storm");

            JsonNode drill = demo.keymgr()
                    .expect(0, "-o", "json", "drill", "storm-0558", "--keep", kept.toString())
                    .json();

            assertThat(drill.get("held").asBoolean()).isTrue();
            assertThat(drill.get("checks").size()).isGreaterThan(40);
            assertThat(Files.readString(kept.resolve("incident.md")))
                    .contains("misuse.detected", "key.revoked", "exposure.ended", "32 d");
            demo.keymgr().expect(0, "-c", kept.resolve("keymgr.yaml").toString(), "audit", "--verify");
            demo.keymgr().expect(0, "audit", "--export").says("\"drill.played\"", "\"storm-0558\"");
            demo.keymgr()
                    .expect(2, "drill", "storm-0558", "--keep", kept.toString())
                    .says("is there already");
        }
    }

    @Test
    @Tag("long")
    void whatIsInterruptedLeavesNothingBehind() throws IOException {
        Path temporary = Files.createDirectory(folder.resolve("t"));
        Keymgr keymgr = Keymgr.in(folder).with("KEYMGR_JAVA_OPTS", "-Djava.io.tmpdir=" + temporary);
        for (String begun :
                List.of("looking for SoftHSM", "tokens, store and authorities in", "keys and documents of")) {
            Started drill = keymgr.start("drill", "storm-0558");
            await().atMost(Duration.ofMinutes(1))
                    .until(() -> DemoFolder.read(drill.errFile()).contains(begun));

            drill.process().destroy();

            assertThat(drill.ended().exit()).as(begun).isEqualTo(143);
            assertThat(ProcessHandle.allProcesses()
                            .flatMap(p -> p.info().commandLine().stream())
                            .filter(line -> line.contains(temporary + "/keymgr-drill-")))
                    .as(begun)
                    .isEmpty();
            try (Stream<Path> left = Files.list(temporary)) {
                assertThat(left.filter(p -> p.getFileName().toString().startsWith("keymgr-drill-")))
                        .as(begun)
                        .isEmpty();
            }
        }
    }

    @Test
    void anUnknownDrillIsNamedWithThoseThereAre() {
        Run run = Keymgr.in(folder).expect(2, "drill", "fire");

        run.says("'fire' is no drill; there are storm-0558 and rotate");
    }
}
