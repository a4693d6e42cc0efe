package dev.keymgr.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellWordTest {
    @Test
    void leavesAPlainPathAsItIs() {
        assertThat(ShellWord.of("/srv/keymgr-1/keymgr.yaml")).isEqualTo("/srv/keymgr-1/keymgr.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/tmp/a b/c", "it's", "$HOME;`id`", "*", "", "~/x", "a\\b\"c"})
    void isOneWordToAShell(String text) throws IOException {
        Process shell = new ProcessBuilder("sh", "-c", "printf '%s|' " + ShellWord.of(text)).start();

        String said = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).isEqualTo(text + "|");
    }
}
