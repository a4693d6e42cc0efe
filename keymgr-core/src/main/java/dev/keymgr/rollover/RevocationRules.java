package dev.keymgr.rollover;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.SigningKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Revocations that come about by themselves: ordered ahead by an operator, or because a suspension has run out. */
final class RevocationRules {
    private RevocationRules() {}

    static List<PlannedStep> plan(Keyring keyring, RolloverPolicy policy) {
        Timing timing = new Timing(policy);
        List<PlannedStep> steps = new ArrayList<>();
        keyring.revocations().forEach(r -> steps.add(ordered(keyring, r)));
        keyring.keys().stream()
                .filter(k -> k.state() == KeyState.SUSPENDED)
                .forEach(k -> steps.add(undecided(k, timing.suspensionEnds(k).result(), policy)));
        return steps;
    }

    private static PlannedStep ordered(Keyring keyring, ScheduledRevocation revocation) {
        return new PlannedStep(
                new Step.Revoke(
                        Succession.burntBy(
                                keyring, revocation.kid(), revocation.record().cause()),
                        revocation.record()),
                revocation.at(),
                "ordered ahead: " + revocation.record().reason());
    }

    /** A suspension ends by itself, and not in the key's favour. */
    private static PlannedStep undecided(SigningKey key, Instant end, RolloverPolicy policy) {
        return new PlannedStep(
                new Step.Revoke(
                        Set.of(key.kid()),
                        new Compromise("suspension ran out undecided", Compromise.Cause.UNKNOWN, end)),
                end,
                "a suspension may last " + Durations.format(policy.suspension())
                        + "; undecided, the key counts as compromised");
    }
}
