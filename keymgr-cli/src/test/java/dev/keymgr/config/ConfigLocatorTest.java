package dev.keymgr.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLocatorTest {
    @TempDir
    private Path folder;

    private Path here;
    private Path home;

    @BeforeEach
    void makeFolders() throws IOException {
        here = Files.createDirectory(folder.resolve("here"));
        home = Files.createDirectory(folder.resolve("home"));
    }

    @Test
    void takesTheFirstInOrder() throws IOException {
        Path argument = file("argument.yaml");
        Path variable = file("variable.yaml");
        Path near = file("here/keymgr.yaml");
        Path own = file("home/.config/keymgr/keymgr.yaml");
        ConfigLocator locator = new ConfigLocator(Map.of("KEYMGR_CONFIG", variable.toString()), here, home);
        ConfigLocator silent = new ConfigLocator(Map.of("KEYMGR_CONFIG", ""), here, home);

        assertThat(locator.locate(Path.of("../argument.yaml")).normalize()).isEqualTo(argument);
        assertThat(locator.locate(null)).isEqualTo(variable);
        assertThat(silent.locate(null)).isEqualTo(near);
        Files.delete(near);
        assertThat(silent.locate(null)).isEqualTo(own);
    }

    @Test
    void neverPassesOverAFileThatWasNamed() throws IOException {
        Path near = file("here/keymgr.yaml");
        Path gone = folder.resolve("gone.yaml");

        assertThat(near).exists();
        assertThatThrownBy(() -> new ConfigLocator(Map.of("KEYMGR_CONFIG", gone.toString()), here, home).locate(null))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "no configuration at " + gone
                                + ", named by $KEYMGR_CONFIG: correct the name, or run 'keymgr quickstart' for a working set-up");
        assertThatThrownBy(() -> new ConfigLocator(Map.of(), here, home).locate(here))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("no configuration at " + here + ", named by --config");
    }

    @Test
    void listsWhereItLookedInVain() {
        assertThatThrownBy(() -> new ConfigLocator(Map.of(), here, home).locate(null))
                .isInstanceOf(ConfigException.class)
                .hasMessage("no configuration found; looked at --config and $KEYMGR_CONFIG (not given), ./keymgr.yaml ("
                        + here + "/keymgr.yaml), ~/.config/keymgr/keymgr.yaml (" + home
                        + "/.config/keymgr/keymgr.yaml), the machine's (/etc/keymgr/keymgr.yaml): run 'keymgr quickstart'"
                        + " for a working set-up, or 'keymgr init' for a file to edit");
        assertThatThrownBy(() -> new ConfigLocator(Map.of(), here, null).locate(null))
                .hasMessageNotContaining("~");
    }

    private Path file(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, "version: 1\n");
    }
}
