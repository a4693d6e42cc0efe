package dev.keymgr.jwks.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.jwks.JwksSink;
import dev.keymgr.jwks.JwksSinkContract;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DirectorySinkTest extends JwksSinkContract {
    private static final JwksDocument ONE = document(CONSUMER, 1, "one");
    private static final JwksDocument TWO = document(CONSUMER, 2, "two");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /** A new one each time: what matters lies in the directory. */
    @Override
    protected JwksSink sink() {
        return new DirectorySink(directory);
    }

    private void assertNothingTemporary() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString()).filter(n -> n.endsWith(".tmp")))
                    .isEmpty();
        }
    }

    private void write(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    @Test
    void writesADocumentThatEveryoneMayReadAndARecordBesideIt() throws IOException {
        sink().publish(ONE);

        assertThat(directory.resolve("jwks.json")).hasBinaryContent(ONE.bytes());
        assertThat(directory.resolve(".keymgr-publication.json"))
                .hasContent("{\"scope\":\"consumer\",\"number\":1,\"etag\":\""
                        + ONE.etag().replace("\"", "\\\"") + "\",\"maxAgeSeconds\":300}");
        for (String file : new String[] {"jwks.json", ".keymgr-publication.json"}) {
            assertThat(Files.getPosixFilePermissions(directory.resolve(file)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
        }
        assertNothingTemporary();
    }

    @Test
    void doesNotMakeAMissingDirectory() {
        Path gone = directory.resolve("gone");

        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> new DirectorySink(gone).publish(ONE))
                .withMessageContaining("mkdir -p " + gone)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PUBLICATION_FAILED));
        assertThat(gone).doesNotExist();
    }

    @Test
    void refusesAFileInPlaceOfTheDirectory() throws IOException {
        write("file", "x");

        assertRefused(new DirectorySink(directory.resolve("file")), ONE);
    }

    /** The process file system lets nobody make a file, root neither. */
    @Test
    void failsInADirectoryThatCannotBeWritten() {
        assertRefused(new DirectorySink(Path.of("/proc/self")), ONE);
    }

    @Test
    void leavesTheOldDocumentWhenTheNewOneCannotTakeItsPlace() throws IOException {
        sink().publish(ONE);
        Files.delete(directory.resolve("jwks.json"));
        Files.createDirectories(directory.resolve("jwks.json/in-the-way"));

        assertRefused(sink(), TWO);
        assertNothingTemporary();
        assertThat(directory.resolve("jwks.json")).isDirectory();
    }

    @Test
    void failsWhenATemporaryNameIsTakenAndChangesNothing() throws IOException {
        sink().publish(ONE);
        Files.createDirectories(directory.resolve(".keymgr-publication.json.tmp/in-the-way"));

        assertRefused(sink(), TWO);
        assertThat(standing()).isEqualTo("one");
        assertThat(Files.readString(directory.resolve(".keymgr-publication.json")))
                .contains("\"number\":1,");
        assertThat(directory.resolve(".jwks.json.tmp")).doesNotExist();
    }

    @Test
    void writesOverWhatACrashLeftUnderATemporaryNameAndFollowsNoLink() throws IOException {
        write("victim", "untouched");
        Files.createSymbolicLink(directory.resolve(".jwks.json.tmp"), directory.resolve("victim"));
        write(".keymgr-publication.json.tmp", "{\"half");

        sink().publish(ONE);

        assertThat(standing()).isEqualTo("one");
        assertThat(directory.resolve("victim")).hasContent("untouched");
        assertNothingTemporary();
    }

    /** A crash between the two renames: the fence is raised, the old document stands. */
    @Test
    void healsACrashBetweenFenceAndDocumentByPublishingAgain() throws IOException {
        sink().publish(ONE);
        Files.write(directory.resolve(".keymgr-publication.json"), Fence.of(TWO).render());

        assertThat(standing()).isEqualTo("one");
        assertRefused(sink(), document(CONSUMER, 1, "one"));
        assertRefused(sink(), document(CONSUMER, 2, "other"));
        sink().publish(TWO);
        assertThat(standing()).isEqualTo("two");
    }

    @Test
    void putsADocumentBackThatSomebodyRemovedOrChanged() throws IOException {
        sink().publish(ONE);
        Files.delete(directory.resolve("jwks.json"));
        sink().publish(ONE);
        assertThat(standing()).isEqualTo("one");

        write("jwks.json", "tampered");
        assertThat(standing()).isEqualTo("tampered");
        sink().publish(ONE);
        assertThat(standing()).isEqualTo("one");
    }

    @Test
    void refusesToReplaceADocumentThatItDidNotWrite() throws IOException {
        write("jwks.json", "of somebody else");

        assertRefused(sink(), ONE);
        assertThat(standing()).isEqualTo("of somebody else");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{}",
                "{\"scope\":\"consumer\",\"number\":-1,\"etag\":\"x\",\"maxAgeSeconds\":1}",
                "{\"scope\":\"../x\",\"number\":1,\"etag\":\"x\",\"maxAgeSeconds\":1}",
                "{\"scope\":\"consumer\",\"number\":1,\"etag\":\"x\",\"maxAgeSeconds\":1,\"more\":1}"
            })
    void refusesToGoByADamagedRecord(String record) throws IOException {
        sink().publish(ONE);
        write(".keymgr-publication.json", record);

        assertRefused(sink(), TWO);
        assertThat(directory.resolve("jwks.json")).hasContent("one");
        assertThatExceptionOfType(KeymgrException.class).isThrownBy(() -> sink().current(CONSUMER));
    }

    @Test
    void leavesNoOtherFilesThanItsThree() throws IOException {
        for (int i = 1; i <= 5; i++) {
            sink().publish(document(CONSUMER, i, "content " + i));
        }

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files.map(f -> f.getFileName().toString()))
                    .containsExactlyInAnyOrder("jwks.json", ".keymgr-publication.json", ".keymgr-publication.lock");
        }
        assertThat(Files.readString(directory.resolve("jwks.json"), StandardCharsets.UTF_8))
                .isEqualTo("content 5");
    }
}
