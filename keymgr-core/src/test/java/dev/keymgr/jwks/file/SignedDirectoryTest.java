package dev.keymgr.jwks.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import dev.keymgr.testkit.AtOnce;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The signed documents of one scope in its directory. */
class SignedDirectoryTest {
    private static final ScopeName CONSUMER = new ScopeName("consumer");
    private static final ScopeName ENTERPRISE = new ScopeName("enterprise");
    private static final List<String> NAMES = List.of("revoked-keys.jwt", "jwks.jwt", "historical-keys.jwt");
    private static final String MARK = ".keymgr-signed-sequence";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    /** A new sink each time: what matters lies in the directory. */
    private void publish(ScopeName scope, long sequence) {
        new DirectorySink(directory).publish(scope, sequence, files("number " + sequence));
    }

    private void publish(long sequence) {
        publish(CONSUMER, sequence);
    }

    private static Map<String, byte[]> files(String content) {
        Map<String, byte[]> files = new LinkedHashMap<>();
        NAMES.forEach(name -> files.put(name, (name + " " + content).getBytes(StandardCharsets.US_ASCII)));
        return files;
    }

    private void assertStands(long sequence) {
        NAMES.forEach(name -> assertThat(directory.resolve(name)).hasContent(name + " number " + sequence));
    }

    private void assertRefused(ScopeName scope, long sequence, String because) {
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> publish(scope, sequence))
                .withMessageContaining("signed documents of scope " + scope)
                .withMessageContaining(because)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PUBLICATION_FAILED));
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(f -> f.getFileName().toString()).toList();
        }
    }

    @Test
    void writesEachDocumentForEveryoneToReadAndNothingElseButTheMarkAndTheLock() throws IOException {
        publish(7);

        assertStands(7);
        assertThat(directory.resolve(MARK)).hasContent("7");
        for (String name : NAMES) {
            assertThat(Files.getPosixFilePermissions(directory.resolve(name)))
                    .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
        }
        assertThat(names())
                .containsExactlyInAnyOrder(NAMES.get(0), NAMES.get(1), NAMES.get(2), MARK, ".keymgr-publication.lock");
    }

    @Test
    void olderDocumentsNeverTakeThePlaceOfNewerOnes() {
        publish(7);
        publish(6);
        assertStands(7);

        publish(8);
        assertStands(8);
        assertThat(directory.resolve(MARK)).hasContent("8");
    }

    @Test
    void putsBackWhatSomebodyRemovedOrChanged() throws IOException {
        publish(7);
        Files.delete(directory.resolve("jwks.jwt"));
        Files.writeString(directory.resolve("revoked-keys.jwt"), "tampered");

        publish(7);
        assertStands(7);
    }

    @Test
    void leavesAloneWhatStandsAlready() throws IOException {
        publish(7);
        Object before = Files.readAttributes(directory.resolve("jwks.jwt"), "unix:ino");

        publish(7);
        assertThat(Files.readAttributes(directory.resolve("jwks.jwt"), "unix:ino"))
                .isEqualTo(before);
    }

    @Test
    void whatEndsTrustIsWrittenFirstAndTheMarkLast() throws IOException {
        publish(7);
        Path inTheWay = Files.createDirectories(directory.resolve(".jwks.jwt.tmp/in-the-way"));

        assertRefused(CONSUMER, 8, "mend the directory");
        assertThat(directory.resolve("revoked-keys.jwt")).hasContent("revoked-keys.jwt number 8");
        assertThat(directory.resolve("jwks.jwt")).hasContent("jwks.jwt number 7");
        assertThat(directory.resolve(MARK)).hasContent("7");

        Files.delete(inTheWay);
        Files.delete(directory.resolve(".jwks.jwt.tmp"));
        publish(8);
        assertStands(8);
    }

    @Test
    void writesOverWhatACrashLeftAndFollowsNoLink() throws IOException {
        Files.writeString(directory.resolve("victim"), "untouched");
        Files.createSymbolicLink(directory.resolve(".jwks.jwt.tmp"), directory.resolve("victim"));
        Files.createSymbolicLink(directory.resolve("historical-keys.jwt"), directory.resolve("victim"));
        Files.writeString(directory.resolve(MARK + ".tmp"), "9");

        publish(7);
        assertStands(7);
        assertThat(directory.resolve("victim")).hasContent("untouched");
        assertThat(names()).noneMatch(name -> name.endsWith(".tmp"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish", "{}", "7.5", "99999999999999999999"})
    void aDamagedMarkKeepsNothingOut(String mark) throws IOException {
        publish(7);
        Files.writeString(directory.resolve(MARK), mark);

        publish(8);
        assertStands(8);
        assertThat(directory.resolve(MARK)).hasContent("8");
    }

    @Test
    void leavesForeignFilesAndThePlainDocumentAsTheyAre() throws IOException {
        JwksDocument plain = new JwksDocument(CONSUMER, new Generation(3), new byte[] {1}, Duration.ofMinutes(5));
        new DirectorySink(directory).publish(plain);
        Files.writeString(directory.resolve("index.html"), "of somebody else");

        publish(7);
        assertStands(7);
        assertThat(directory.resolve("index.html")).hasContent("of somebody else");
        assertThat(new DirectorySink(directory).current(CONSUMER)).contains(plain.bytes());
    }

    @Test
    void refusesTheDirectoryOfAnotherScope() throws IOException {
        JwksDocument plain = new JwksDocument(CONSUMER, new Generation(3), new byte[] {1}, Duration.ofMinutes(5));
        new DirectorySink(directory).publish(plain);
        publish(7);

        assertRefused(ENTERPRISE, 8, "the directory belongs to scope consumer");
        assertStands(7);
    }

    @Test
    void aDamagedRecordOfThePlainDocumentDoesNotHoldUpARevocation() throws IOException {
        Files.writeString(directory.resolve(".keymgr-publication.json"), "{\"half");

        publish(7);
        assertStands(7);
    }

    @Test
    void doesNotMakeAMissingDirectory() throws IOException {
        Files.delete(directory);

        assertRefused(CONSUMER, 1, directory.toString());
        assertThat(directory).doesNotExist();
    }

    @Test
    void manyAtOnceLeaveTheNewestWhole() throws Exception {
        List<Integer> sequences = IntStream.rangeClosed(1, 8).boxed().toList();
        AtOnce.run(sequences, sequence -> {
            publish(sequence);
            return sequence;
        });

        assertStands(8);
        assertThat(directory.resolve(MARK)).hasContent("8");
    }
}
