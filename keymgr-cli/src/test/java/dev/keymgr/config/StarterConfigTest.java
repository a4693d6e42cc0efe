package dev.keymgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.config.StarterConfig.Pace;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class StarterConfigTest {
    private static final Path FILE = Path.of("/srv/keymgr/keymgr.yaml");

    @Test
    void loads() {
        String text = new StarterConfig(Pace.DAYS, Path.of("/c"), null).render();
        System.out.println(text);
        System.out.println(ConfigLoader.parse(text, FILE));
        System.out.println(ConfigLoader.parse(new StarterConfig(Pace.SECONDS, null, Path.of("/c d")).render(), FILE));
        assertThat(text).isNotEmpty();
    }
}
