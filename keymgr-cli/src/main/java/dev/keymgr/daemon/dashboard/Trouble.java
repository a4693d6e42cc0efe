package dev.keymgr.daemon.dashboard;

import dev.keymgr.rollover.Posture;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One thing that is wrong.
 *
 * @param scope whose; null when it is the daemons'
 * @param since when it was raised, where that is recorded
 */
record Trouble(
        Level level,
        @Nullable String scope,
        String code,
        String message,
        @Nullable Instant since) {

    static Trouble of(@Nullable String scope, Posture.Finding finding, @Nullable Instant since) {
        Level level = finding.severity() == Posture.Severity.CRITICAL ? Level.ACT : Level.NOTE;
        return new Trouble(level, scope, finding.code(), finding.message(), since);
    }
}
