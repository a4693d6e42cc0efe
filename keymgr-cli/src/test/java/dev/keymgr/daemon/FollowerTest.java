package dev.keymgr.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FollowerTest {
    private static final Instant NOW = Instant.parse("2026-05-04T12:00:00Z");

    @Test
    void aDocumentIsKeptNoLongerThanItStands() {
        Duration most = Duration.ofMinutes(5);

        assertThat(Follower.maxAge(most, null, NOW)).isEqualTo(most);
        assertThat(Follower.maxAge(most, NOW.plusSeconds(3_600), NOW)).isEqualTo(most);
        assertThat(Follower.maxAge(most, NOW.plusSeconds(100), NOW)).isEqualTo(Duration.ofSeconds(100));
        assertThat(Follower.maxAge(most, NOW.plusSeconds(1), NOW)).isEqualTo(Duration.ofSeconds(30));
        assertThat(Follower.maxAge(most, NOW.minusSeconds(100), NOW)).isEqualTo(Duration.ofSeconds(30));
    }

    /** jose4j takes 0 as no max-age at all, and keeps the document for an hour. */
    @Test
    void noDocumentIsSaidToBeStaleAlready() {
        for (long seconds = 1; seconds <= 20; seconds++) {
            Duration most = Duration.ofSeconds(seconds);
            assertThat(Follower.maxAge(most, NOW, NOW)).isBetween(Duration.ofSeconds(1), most);
            assertThat(Follower.maxAge(most, NOW.plusMillis(400), NOW)).isBetween(Duration.ofSeconds(1), most);
        }
    }
}
