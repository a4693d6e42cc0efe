package dev.keymgr.rollover;

import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Moment;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.SigningKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When a private half goes: after the drain of a retired key, at once with a revoked one, and with a standby nobody needs. */
final class DestructionRules {
    private final Keyring keyring;
    private final RolloverPolicy policy;
    private final Timing timing;
    private final GroupRules groups;
    private final FreezeRules freezes;
    private final Instant now;

    DestructionRules(Keyring keyring, RolloverPolicy policy, GroupRules groups, FreezeRules freezes, Instant now) {
        this.keyring = keyring;
        this.policy = policy;
        this.timing = new Timing(policy);
        this.groups = groups;
        this.freezes = freezes;
        this.now = now;
    }

    List<PlannedStep> plan() {
        // What was lost is destroyed too: a part of it may lie there still, or come back.
        return keyring.keys().stream()
                .filter(k -> k.privateHalf() != PrivateHalf.DESTROYED)
                .flatMap(k -> destruction(k).stream())
                .toList();
    }

    private Optional<PlannedStep> destruction(SigningKey key) {
        if (key.state() == KeyState.COMPROMISED) {
            return Optional.of(held(
                    key,
                    key.times().require(Moment.COMPROMISED),
                    "revoked; without it not even a restored store can sign with it"));
        }
        if (key.wasRetired()) {
            return Optional.of(planned(
                    key,
                    timing.drainedAt(key).result(),
                    "retired; no signer uses it after the drain of " + Durations.format(policy.drain())));
        }
        if (key.state() == KeyState.REMOVED) {
            return Optional.of(planned(key, key.times().require(Moment.REMOVED), "it left the document unused"));
        }
        if (key.privateHalf() == PrivateHalf.DESTROYING) {
            return Optional.of(planned(key, keyring.changedAt(), "its destruction was begun"));
        }
        return groups.isSuperfluous(key)
                ? Optional.of(planned(key, keyring.changedAt(), "the policy no longer has " + key.algorithm()))
                : Optional.empty();
    }

    /** Waits for the end of a change freeze, unless it was begun; at the latest when the key must leave the document. */
    private PlannedStep planned(SigningKey key, Instant earliest, String reason) {
        PlannedStep step = held(key, earliest, reason);
        return key.privateHalf() == PrivateHalf.DESTROYING
                ? step
                : freezes.delay(step, timing.latestRemoval(key).result());
    }

    private PlannedStep held(SigningKey key, Instant earliest, String reason) {
        Step.Destroy step = new Step.Destroy(key.kid(), key.group());
        Optional<Hold> hold = keyring.holdOn(key.kid(), now);
        if (hold.isPresent() && hold.get().until().isAfter(earliest)) {
            return new PlannedStep(
                    step,
                    hold.get().until(),
                    "held by " + hold.get().owner() + ": " + hold.get().reason());
        }
        return new PlannedStep(step, earliest, reason);
    }
}
