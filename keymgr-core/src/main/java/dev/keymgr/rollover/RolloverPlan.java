package dev.keymgr.rollover;

import dev.keymgr.key.Generation;
import dev.keymgr.key.ScopeName;
import java.time.Instant;
import java.util.List;

/**
 * What is due in a scope and what comes next.
 *
 * @param due in the order to carry them out; after each one a new plan is made
 * @param upcoming not yet due, soonest first
 * @param nextLookAt when to plan again if nothing else happens; after {@code now} when nothing is due
 */
public record RolloverPlan(
        ScopeName scope,
        Generation generation,
        Instant now,
        List<PlannedStep> due,
        List<PlannedStep> upcoming,
        Instant nextLookAt) {
    public RolloverPlan {
        due = List.copyOf(due);
        upcoming = List.copyOf(upcoming);
    }
}
