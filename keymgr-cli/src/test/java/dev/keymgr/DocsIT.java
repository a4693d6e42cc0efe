package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.RunnableBlocks;
import dev.keymgr.testkit.RunnableBlocks.Block;
import dev.keymgr.testkit.Shell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the pages tell people to type, typed: each page in a fresh quickstart folder, its blocks in order. */
@Tag("long")
class DocsIT {
    private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    @TempDir
    private Path folder;

    @TestFactory
    @Execution(ExecutionMode.CONCURRENT)
    Stream<DynamicTest> everyRunnableBlockOfEveryPageWorks() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path page : pages()) {
            if (!RunnableBlocks.in(Files.readString(page)).isEmpty()) {
                pages.add(page);
            }
        }
        boolean written = Files.exists(REPOSITORY.resolve("README.md"));
        assertThat(written && pages.isEmpty())
                .as("no page has a block marked to be run")
                .isFalse();
        return pages.stream()
                .map(page -> DynamicTest.dynamicTest(REPOSITORY.relativize(page).toString(), () -> follow(page)));
    }

    @Test
    void blocksAreFoundWithTheirCommandsAndExitCodes() {
        List<Block> blocks = RunnableBlocks.in("""
                # A page

                <!-- run -->
                ```console
                $ keymgr status
                consumer  OK
                $ echo '{"sub":"alice"}' \\
                >   | keymgr sign consumer
                ```

                ```console
                $ this is not run
                ```

                <!-- run exit=31 -->

                ```console
                $ keymgr verify enterprise token.txt
                ```
                """);

        assertThat(blocks)
                .containsExactly(
                        new Block(3, 0, "keymgr status\necho '{\"sub\":\"alice\"}' \\\n  | keymgr sign consumer\n"),
                        new Block(15, 31, "keymgr verify enterprise token.txt\n"));
    }

    @Test
    void aMarkerWithoutItsBlockIsAFaultOfThePage() {
        assertThat(catchThrowable(() -> RunnableBlocks.in("<!-- run -->\n\nsome text\n")))
                .hasMessageContaining("line 1");
        assertThat(catchThrowable(() -> RunnableBlocks.in("<!-- run -->\n```console\nno command\n```\n")))
                .hasMessageContaining("line 1");
    }

    private void follow(Path page) throws IOException {
        String name = REPOSITORY.relativize(page).toString().replaceAll("[^a-z0-9]+", "-");
        try (DemoFolder demo = DemoFolder.notYet(folder.resolve(name))) {
            demo.keymgr().expect(0, "quickstart", "--fast", demo.root().toString());
            // A reader types faster than a busy machine runs a page: no key is to come of age meanwhile.
            demo.edit("rotation: 20s", "rotation: 1h");
            demo.edit("suspension: 10s", "suspension: 10m");
            Map<String, String> environment = new HashMap<>(demo.keymgr().environment());
            for (Block block : RunnableBlocks.in(Files.readString(page))) {
                Run run = Shell.run(
                        demo.root(), environment, List.of("bash", "-euo", "pipefail", "-c", block.commands()));
                assertThat(run.exit())
                        .as(page + ":" + block.line() + "\n" + run)
                        .isEqualTo(block.exit());
            }
        }
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>();
        Path readme = REPOSITORY.resolve("README.md");
        if (Files.exists(readme)) {
            pages.add(readme);
        }
        try (Stream<Path> docs = Files.walk(REPOSITORY.resolve("docs"))) {
            docs.filter(p -> p.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }
}
