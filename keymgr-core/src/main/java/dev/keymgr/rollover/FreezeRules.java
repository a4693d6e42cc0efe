package dev.keymgr.rollover;

import dev.keymgr.key.Keyring;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Lets planned steps wait for the end of a change freeze. What belongs to an emergency is never brought here. */
final class FreezeRules {
    private final List<Freeze> freezes;
    private final Instant changedAt;
    private final Instant now;

    FreezeRules(Keyring keyring, RolloverPolicy policy, Instant now) {
        this.freezes = Freeze.merged(policy.freezes());
        this.changedAt = keyring.changedAt();
        this.now = now;
    }

    /** A step that may wait however long. */
    PlannedStep delay(PlannedStep step) {
        return delay(step, Instant.MAX);
    }

    /**
     * The step after the freeze that it would fall into, its lateness counted from there.
     *
     * @param latest where an age limit ends the waiting, also inside a freeze
     */
    PlannedStep delay(PlannedStep step, Instant latest) {
        Instant at = later(step.earliest(), now);
        Optional<Freeze> inForce = freezes.stream().filter(f -> f.covers(at)).findFirst();
        if (inForce.isEmpty()) {
            return waited(step, latest);
        }
        Freeze freeze = inForce.get();
        if (latest.isBefore(freeze.until())) {
            return new PlannedStep(
                    step.step(),
                    later(latest, step.earliest()),
                    step.reason() + "; an age limit comes before the end of the " + text(freeze),
                    freeze);
        }
        return new PlannedStep(step.step(), freeze.until(), text(freeze) + "; then: " + step.reason(), freeze);
    }

    /**
     * A freeze that is over was no lateness: the step could go on from its end, or from its limit inside it. What is due
     * since the last change may have come about at any time since, by an edit of the policy.
     */
    private PlannedStep waited(PlannedStep step, Instant latest) {
        if (step.earliest().equals(changedAt)) {
            return step;
        }
        return freezes.stream()
                .filter(f -> f.until().isAfter(step.earliest()) && !f.until().isAfter(now))
                .reduce((first, second) -> second)
                .map(f -> latest.isBefore(f.until())
                        ? new PlannedStep(step.step(), later(latest, step.earliest()), step.reason())
                        : new PlannedStep(
                                step.step(), f.until(), step.reason() + "; it waited for the end of the " + text(f), f))
                .orElse(step);
    }

    private static String text(Freeze freeze) {
        return "change freeze until " + freeze.until() + ": " + freeze.reason();
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
