package dev.keymgr.rollover;

import java.time.Instant;

/**
 * A step, when it may be carried out at the earliest, and why.
 *
 * @param earliest also the instant its lateness is counted from
 */
public record PlannedStep(Step step, Instant earliest, String reason) {
    public boolean isDue(Instant now) {
        return !earliest.isAfter(now);
    }
}
