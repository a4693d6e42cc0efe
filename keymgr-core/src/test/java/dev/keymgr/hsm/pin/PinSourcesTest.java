package dev.keymgr.hsm.pin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.PinSource;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PinSourcesTest {
    private @TempDir Path base;

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------"})
    void readsTheFirstLineOfAFileThatIsOursAlone(String mode) throws IOException {
        file("a.pin", "pin-ä1\nsecond line\n", mode);

        assertThat(read(sources().parse("file:a.pin"))).isEqualTo("pin-ä1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rwx------"})
    void refusesAFileThatOthersMayUseAndSaysHowToMendIt(String mode) throws IOException {
        Path file = file("a.pin", "secret-51", mode);

        assertFails(ErrorCode.TOKEN_LOGIN, () -> read(sources().parse("file:a.pin")), "chmod 600 " + file);
    }

    @Test
    void refusesAFileThatIsNone() throws IOException {
        Files.createDirectory(
                base.resolve("folder"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));

        assertFails(ErrorCode.TOKEN_LOGIN, () -> read(sources().parse("file:folder")), "not a regular file");
        assertFails(ErrorCode.TOKEN_LOGIN, () -> read(sources().parse("file:absent")), "does not exist");
    }

    @ParameterizedTest
    @CsvSource({"'', is empty", "'\n', is empty"})
    void refusesAnEmptyFile(String content, String said) throws IOException {
        file("a.pin", content, "rw-------");

        assertFails(ErrorCode.TOKEN_LOGIN, () -> read(sources().parse("file:a.pin")), said);
    }

    @Test
    void refusesAFileFarTooLongForAPin() throws IOException {
        file("a.pin", "x".repeat(1025), "rw-------");

        assertFails(ErrorCode.TOKEN_LOGIN, () -> read(sources().parse("file:a.pin")), "not a PIN");
    }

    @Test
    void readsAFileAfreshEachTime() throws IOException {
        Path file = file("a.pin", "first", "rw-------");
        PinSource source = sources().parse("file:a.pin");
        read(source);

        Files.writeString(file, "second");

        assertThat(read(source)).isEqualTo("second");
    }

    @Test
    void readsAnEnvironmentVariable() {
        PinSources sources = new PinSources(base, Map.of("TOKEN_PIN", "pin-2"));

        assertThat(read(sources.parse("env:TOKEN_PIN"))).isEqualTo("pin-2");
        assertFails(ErrorCode.TOKEN_LOGIN, () -> read(sources.parse("env:OTHER_PIN")), "OTHER_PIN");
    }

    @Test
    void readsACredentialOfTheServiceManager() throws IOException {
        file("token-pin", "pin-3", "r--r-----");
        PinSources sources = new PinSources(Path.of("/"), Map.of("CREDENTIALS_DIRECTORY", base.toString()));

        assertThat(read(sources.parse("credential:token-pin"))).isEqualTo("pin-3");
        assertFails(ErrorCode.CONFIG_INVALID, () -> sources.parse("credential:../token-pin"), "credential:NAME");
        assertFails(ErrorCode.CONFIG_INVALID, () -> sources().parse("credential:token-pin"), "CREDENTIALS_DIRECTORY");
    }

    @Test
    void readsWhatACommandPrintsFirst() {
        assertThat(read(sources().parse("command:printf pin-4\\nmore"))).isEqualTo("pin-4");
    }

    @Test
    void runsACommandWithoutAShell() {
        assertThat(read(sources().parse("command:echo $HOME;id"))).isEqualTo("$HOME;id");
    }

    @Test
    void refusesACommandThatFails() {
        assertFails(ErrorCode.TOKEN_LOGIN, () -> read(sources().parse("command:false secret-arg")), "exit code 1");
        assertFails(
                ErrorCode.TOKEN_LOGIN, () -> read(sources().parse("command:/no/such/program")), "cannot be started");
        assertThat(sources().parse("command:false secret-arg").description()).doesNotContain("secret-arg");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1234",
                "file:",
                "pin:1234",
                "fd:0",
                "fd:2",
                "fd:x",
                "env:A B",
                "credential:.hidden",
                "FILE:a"
            })
    void refusesOtherFormsWithoutRepeatingThem(String specification) {
        assertThatThrownBy(() -> sources().parse(specification)).isInstanceOfSatisfying(KeymgrException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
            assertThat(e.getMessage()).doesNotContain("1234");
        });
    }

    @Test
    void zeroesAPinThatWasRead() throws IOException {
        file("a.pin", "secret-51", "rw-------");
        char[][] lent = new char[1][];

        try (Pin pin = sources().parse("file:a.pin").read()) {
            lent[0] = pin.lend(characters -> characters);
            assertThat(lent[0]).containsExactly("secret-51".toCharArray());
        }

        assertThat(lent[0]).containsOnly('\0');
    }

    private PinSources sources() {
        return new PinSources(base, Map.of());
    }

    private Path file(String name, String content, String mode) throws IOException {
        Path file = Files.writeString(base.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static String read(PinSource source) {
        try (Pin pin = source.read()) {
            return pin.lend(String::new);
        }
    }

    private static void assertFails(ErrorCode code, ThrowingCallable call, String said) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KeymgrException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(said);
    }
}
