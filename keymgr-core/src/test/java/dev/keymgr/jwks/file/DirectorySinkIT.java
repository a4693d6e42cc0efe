package dev.keymgr.jwks.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.json.Json;
import dev.keymgr.jwks.JwksDocument;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The directory sink against sudden death and a full disk, with real processes. */
@Execution(ExecutionMode.CONCURRENT)
class DirectorySinkIT {
    private static final int KILLS = 15;
    private static final int PADDING = 20_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    private Map<String, Object> standing() throws IOException {
        return Json.parseObject(Files.readAllBytes(directory.resolve("jwks.json")));
    }

    private Fence fence() throws IOException {
        return Fence.parse(Files.readAllBytes(directory.resolve(".keymgr-publication.json")));
    }

    private void assertNothingTemporary() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(Path::toString).filter(name -> name.endsWith(".tmp")))
                    .isEmpty();
        }
    }

    @Test
    void leavesAWholeDocumentWheneverItsProcessIsKilled() throws Exception {
        long seed = 9;
        System.out.println("DirectorySinkIT seed " + seed);
        Random random = new Random(seed);
        DirectorySink sink = new DirectorySink(directory);
        int healed = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            long first = kill * 1_000_000L + 1;
            Process process = PublishingProcess.start(directory, first, Long.MAX_VALUE, PADDING);
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                assertThat(output.readLine()).isEqualTo("published " + first);
                for (int reads = random.nextInt(400); reads > 0; reads--) {
                    assertThat(standing()).containsKey("number");
                }
                process.destroyForcibly().waitFor();
            }

            long served = (Long) standing().getOrDefault("number", 0L);
            long fenced = fence().number().value();
            assertThat(served).isBetween(fenced - 1, fenced);
            healed += served == fenced ? 0 : 1;

            sink.publish(PublishingProcess.document(fenced, PADDING));
            assertThat(standing()).containsEntry("number", fenced);
            sink.publish(PublishingProcess.document(fenced + 1, PADDING));
            assertThat(standing()).containsEntry("number", fenced + 1);
            assertNothingTemporary();
        }
        System.out.println("killed " + KILLS + " times, " + healed + " times between fence and document");
    }

    /** A file size limit of nothing fails each write as a full disk does, on any file system and for any user. */
    @Test
    void keepsTheOldDocumentAndNoHalfOneWhenTheDiskTakesNoMore() throws Exception {
        DirectorySink sink = new DirectorySink(directory);
        JwksDocument old = PublishingProcess.document(1, PADDING);
        sink.publish(old);
        for (String blocks : new String[] {"0", "2"}) {
            Process process = PublishingProcess.start(
                    directory, 2, 2, PADDING, "sh", "-c", "ulimit -f " + blocks + "; exec \"$0\" \"$@\"");
            try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
                assertThat(output.readLine())
                        .startsWith("KM-PUBLISH document 2 of scope consumer was not written to ")
                        .contains("what stood there stands");
            }
            assertThat(process.waitFor()).isZero();

            assertThat(directory.resolve("jwks.json")).hasBinaryContent(old.bytes());
            assertThat(fence()).isEqualTo(Fence.of(old));
            assertNothingTemporary();
        }

        sink.publish(PublishingProcess.document(2, PADDING));
        assertThat(standing()).containsEntry("number", 2L);
    }
}
