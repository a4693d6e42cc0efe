package dev.keymgr.token.remote;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Looks that strangers may cause. Remembers how many there were, never for whom. Not for many threads. */
final class RefetchBudget {
    private static final Duration HOUR = Duration.ofHours(1);

    private final RefreshPolicy.Refetch bounds;
    private @Nullable Instant hour;
    private int used;

    RefetchBudget(RefreshPolicy.Refetch bounds) {
        this.bounds = bounds;
    }

    /** Whether there may be one now; if so it is spent. */
    boolean take(Instant now, @Nullable Instant lastLook) {
        if (lastLook != null && !now.isBefore(lastLook) && now.isBefore(lastLook.plus(bounds.pause()))) {
            return false;
        }
        Instant begun = hour;
        if (begun == null || now.isBefore(begun) || !now.isBefore(begun.plus(HOUR))) {
            hour = now;
            used = 0;
        }
        if (used >= bounds.perHour()) {
            return false;
        }
        used++;
        return true;
    }
}
