package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr;
import dev.keymgr.testkit.Keymgr.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    void anUnknownDrillIsNamedWithThoseThereAre() {
        Run run = Keymgr.in(folder).expect(2, "drill", "fire");

        run.says("'fire' is no drill; there are storm-0558 and rotate");
    }
}
