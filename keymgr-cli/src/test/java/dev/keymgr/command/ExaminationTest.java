package dev.keymgr.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What doctor advises. */
class ExaminationTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private final Keyring settled = Keyring.empty(new ScopeName("consumer"));
    private final Keyring pending = settled.intending(Map.of(), Duration.ofMinutes(5), Duration.ofMinutes(5), NOW);

    @Test
    void aWrongDocumentIsWrittenAgain() {
        assertThat(Examination.remedy(settled)).endsWith("write them again: keymgr publish consumer");
    }

    @Test
    void aDocumentThatMayBeHalfServedIsFinished() {
        assertThat(Examination.remedy(pending))
                .contains("half served")
                .endsWith("keymgr apply consumer")
                .doesNotContain("keymgr publish");
    }
}
