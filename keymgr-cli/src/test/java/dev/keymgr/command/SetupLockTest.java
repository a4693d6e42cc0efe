package dev.keymgr.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That a folder is set up by one at a time. */
class SetupLockTest {
    @TempDir
    private Path folder;

    @Test
    void letsOneInAtATimeAndInTheEndAll() throws Exception {
        Path home = folder.resolve("not").resolve("yet");
        Path inside = folder.resolve("inside");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        List<Future<Path>> all = new ArrayList<>();
        for (int n = 0; n < 4; n++) {
            all.add(threads.submit(() -> new SetupLock(home).holding(() -> enterAndLeave(inside))));
        }
        threads.shutdown();

        for (Future<Path> each : all) {
            assertThat(each.get()).isEqualTo(inside);
        }
    }

    private static Path enterAndLeave(Path mark) {
        try {
            Files.delete(Files.createFile(mark));
            return mark;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void locksAFolderBehindALink() throws IOException {
        Path real = Files.createDirectory(folder.resolve("real"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), real);

        assertThat(new SetupLock(link).<String>holding(() -> "done")).isEqualTo("done");
        assertThat(real.resolve(".init.lock")).isEmptyFile();
    }

    @Test
    void saysWhoseTurnItIsWhenPatienceIsOver() {
        SetupLock impatient = new SetupLock(folder, Duration.ZERO);

        assertThatThrownBy(() -> new SetupLock(folder).holding(() -> impatient.holding(() -> "both")))
                .isInstanceOf(KeymgrException.class)
                .hasMessageContaining("is being set up by another process")
                .hasMessageContaining("nothing was changed");
        assertThat(impatient.<String>holding(() -> "alone")).isEqualTo("alone");
    }
}
