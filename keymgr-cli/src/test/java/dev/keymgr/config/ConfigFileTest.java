package dev.keymgr.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A configuration as a file: its size, its encoding, its mode, and where its folders lead. */
class ConfigFileTest {
    @TempDir
    private Path folder;

    @Test
    void seesThroughLinksWhenScopesShareAFolder() throws IOException {
        Files.createDirectories(folder.resolve("public/consumer"));
        Files.createSymbolicLink(folder.resolve("public/enterprise"), folder.resolve("public/consumer"));
        Path file = Files.writeString(folder.resolve("keymgr.yaml"), Samples.sound());

        ConfigException e = catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(file));

        assertThat(e)
                .hasMessage(file + ":60: scopes.enterprise.publish.directory is also"
                        + " scopes.consumer.publish.directory[0] on line 48; give each scope its own folder");
    }

    @Test
    void warnsOfAFileThatEveryoneMayWrite() throws IOException {
        Path file = Files.writeString(folder.resolve("keymgr.yaml"), Samples.sound());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        assertThat(ConfigLoader.load(file).warnings())
                .extracting(ConfigProblem::toString)
                .containsExactly(file + ": every user of this machine may write to it, and so decide which keys are"
                        + " trusted; chmod o-w");

        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
        assertThat(ConfigLoader.load(file).warnings()).isEmpty();
    }

    @Test
    void refusesAFileThatIsTooLargeMissingAFolderOrNotText() throws IOException {
        Path large = Files.writeString(folder.resolve("large.yaml"), Samples.sound() + "#".repeat(1 << 20));
        Path latin = Files.write(
                folder.resolve("latin.yaml"), "version: 1\n# \u00fc\n".getBytes(StandardCharsets.ISO_8859_1));
        Path missing = folder.resolve("missing.yaml");

        assertThat(refused(large)).hasMessage(large + ": larger than 1 MiB; this is not a keymgr configuration");
        assertThat(refused(latin)).hasMessage(latin + ":2: not UTF-8; save the file in that encoding");
        assertThat(refused(missing))
                .hasMessage(
                        missing + " cannot be read: it is not there; nothing was started: name another with --config");
        assertThat(refused(folder)).hasMessageContaining("cannot be read");
    }

    @Test
    void readsAFileWithAByteOrderMarkAndWindowsLines() throws IOException {
        Path file = folder.resolve("keymgr.yaml");
        Files.writeString(file, "\uFEFF" + Samples.sound().replace("\n", "\r\n"));

        assertThat(ConfigLoader.load(file).scopes()).hasSize(2);
    }

    private static ConfigException refused(Path file) {
        return Objects.requireNonNull(catchThrowableOfType(ConfigException.class, () -> ConfigLoader.load(file)));
    }
}
