package dev.keymgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** docs/reference/config.md is made from the schema and kept with the sources. */
class ConfigReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "config.md");

    @Test
    void saysWhatTheSchemaSays() throws IOException {
        if (Boolean.getBoolean("keymgr.docs.write")) {
            Files.createDirectories(PAGE.resolveSibling("."));
            Files.writeString(PAGE, SchemaPage.render());
        }

        assertThat(PAGE)
                .as("docs/reference/config.md; to make it anew: mvn -pl keymgr-cli -am test -Dkeymgr.docs.write=true")
                .hasContent(SchemaPage.render());
    }
}
