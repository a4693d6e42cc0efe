package dev.keymgr.rollover;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step, when it may be carried out at the earliest, and why.
 *
 * @param earliest also the instant its lateness is counted from
 * @param freeze the change freeze that it waits for, or that an age limit overrides; null when none matters
 */
public record PlannedStep(
        Step step,
        Instant earliest,
        String reason,
        @Nullable Freeze freeze) {
    public PlannedStep(Step step, Instant earliest, String reason) {
        this(step, earliest, reason, null);
    }

    public boolean isDue(Instant now) {
        return !earliest.isAfter(now);
    }
}
