package dev.keymgr.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which folders of drills are taken for those of killed ones. */
class DrillMarkTest {
    @TempDir
    private Path parent;

    private Path own;

    @BeforeEach
    void begin() throws IOException {
        own = Files.createDirectory(parent.resolve("keymgr-drill-own"));
    }

    @Test
    void clearsWhatHasAMarkThatNobodyHolds() throws IOException {
        Path killed = abandoned("keymgr-drill-killed");

        assertThat(swept()).containsExactly(killed);
        assertThat(DrillMark.isAbandoned(killed)).isTrue();
    }

    @Test
    void leavesADrillThatIsUnderWay() throws IOException {
        Path running = Files.createDirectory(parent.resolve("keymgr-drill-running"));
        try (DrillMark mark = DrillMark.set(running)) {
            assertThat(mark).isNotNull();
            assertThat(swept()).isEmpty();
        }
        assertThat(running).isEmptyDirectory();
    }

    @Test
    void leavesItsOwnFolderAndWhatIsNoDrill() throws IOException {
        Files.createFile(own.resolve(".drill.lock"));
        abandoned("something-else");
        Files.createDirectory(parent.resolve("keymgr-drill-unmarked"));
        Path elsewhere = abandoned("elsewhere");
        Files.createSymbolicLink(parent.resolve("keymgr-drill-link"), elsewhere);

        assertThat(swept()).isEmpty();
        assertThat(DrillMark.isAbandoned(parent.resolve("keymgr-drill-unmarked")))
                .isFalse();
    }

    /** What a process leaves that is killed: the file of its lock, and no lock. */
    private Path abandoned(String name) throws IOException {
        Path folder = Files.createDirectory(parent.resolve(name));
        Files.createFile(folder.resolve(".drill.lock"));
        return folder;
    }

    private List<Path> swept() throws IOException {
        List<Path> cleared = new ArrayList<>();
        DrillMark.sweep(parent, own, cleared::add);
        return cleared;
    }
}
