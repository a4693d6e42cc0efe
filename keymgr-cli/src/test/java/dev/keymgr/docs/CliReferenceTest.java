package dev.keymgr.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** docs/reference/cli.md is made from the commands and kept with the sources. */
class CliReferenceTest {
    @Test
    void saysWhatTheCommandsSay() throws IOException {
        if (Boolean.getBoolean("keymgr.docs.write")) {
            Files.writeString(Pages.path("cli.md"), CliReference.render());
        }

        assertThat(Pages.path("cli.md"))
                .as("docs/reference/cli.md; to make it anew: mvn -pl keymgr-cli -am test -Dkeymgr.docs.write=true")
                .hasContent(CliReference.render());
    }

    @Test
    void namesEachCommandOfTheJsonPage() {
        assertThat(Pages.headings("json.md", "keymgr "))
                .as("docs/reference/json.md has a heading for each command that prints JSON")
                .isSubsetOf(CliReference.commands());
    }
}
