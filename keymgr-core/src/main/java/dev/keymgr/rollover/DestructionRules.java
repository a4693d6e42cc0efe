package dev.keymgr.rollover;

import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Moment;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.SigningKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** When a private half goes: after the drain of a retired key, at once with a revoked one, and with a standby nobody needs. */
final class DestructionRules {
    private DestructionRules() {}

    static List<PlannedStep> plan(Keyring keyring, RolloverPolicy policy, GroupRules groups, Instant now) {
        Timing timing = new Timing(policy);
        List<PlannedStep> steps = new ArrayList<>();
        for (SigningKey key : keyring.keys()) {
            // What was lost is destroyed too: a part of it may lie there still, or come back.
            if (key.privateHalf() == PrivateHalf.DESTROYED) {
                continue;
            }
            if (key.wasRetired() && key.state() != KeyState.COMPROMISED) {
                steps.add(destroy(
                        key,
                        keyring,
                        now,
                        timing.drainedAt(key).result(),
                        "retired; no signer uses it after the drain of " + Durations.format(policy.drain())));
            } else if (key.state() == KeyState.REMOVED) {
                steps.add(
                        destroy(key, keyring, now, key.times().require(Moment.REMOVED), "it left the document unused"));
            } else if (key.state() == KeyState.COMPROMISED) {
                steps.add(destroy(
                        key,
                        keyring,
                        now,
                        key.times().require(Moment.COMPROMISED),
                        "revoked; without it not even a restored store can sign with it"));
            } else if (key.privateHalf() == PrivateHalf.DESTROYING) {
                steps.add(destroy(key, keyring, now, keyring.changedAt(), "its destruction was begun"));
            } else if (groups.isSuperfluous(key)) {
                steps.add(
                        destroy(key, keyring, now, keyring.changedAt(), "the policy no longer has " + key.algorithm()));
            }
        }
        return steps;
    }

    private static PlannedStep destroy(SigningKey key, Keyring keyring, Instant now, Instant earliest, String reason) {
        Optional<Hold> hold = keyring.holdOn(key.kid(), now);
        if (hold.isPresent() && hold.get().until().isAfter(earliest)) {
            return new PlannedStep(
                    new Step.Destroy(key.kid(), key.group()),
                    hold.get().until(),
                    "held by " + hold.get().owner() + ": " + hold.get().reason());
        }
        return new PlannedStep(new Step.Destroy(key.kid(), key.group()), earliest, reason);
    }
}
