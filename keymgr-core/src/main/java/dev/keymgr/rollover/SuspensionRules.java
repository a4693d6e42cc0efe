package dev.keymgr.rollover;

import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import java.util.List;
import java.util.Set;

/** A suspension ends by itself, and not in the key's favour. */
final class SuspensionRules {
    private SuspensionRules() {}

    static List<PlannedStep> plan(Keyring keyring, RolloverPolicy policy) {
        Timing timing = new Timing(policy);
        return keyring.keys().stream()
                .filter(k -> k.state() == KeyState.SUSPENDED)
                .map(k -> new PlannedStep(
                        new Step.Revoke(Set.of(k.kid()), "suspension ran out undecided"),
                        timing.suspensionEnds(k).result(),
                        "a suspension may last " + Durations.format(policy.suspension())
                                + "; undecided, the key counts as compromised"))
                .toList();
    }
}
