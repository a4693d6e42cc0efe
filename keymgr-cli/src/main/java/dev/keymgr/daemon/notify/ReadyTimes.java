package dev.keymgr.daemon.notify;

import dev.keymgr.inventory.Inventory;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.rollover.Derivation;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.Timing;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Knows when a published key may begin to sign. Safe for many threads. */
@FunctionalInterface
public interface ReadyTimes {
    /** As far as is known now: a probe may still delay it. Empty where nobody can say. */
    Optional<Instant> readyAt(ScopeName scope, Kid kid);

    /** By the arithmetic of rollover over what the inventory holds; empty for a scope without a policy. */
    static ReadyTimes of(Inventory inventory, Map<ScopeName, RolloverPolicy> policies) {
        Map<ScopeName, RolloverPolicy> known = Map.copyOf(policies);
        return (scope, kid) -> Optional.ofNullable(known.get(scope))
                .flatMap(policy -> inventory.read(scope).find(kid).flatMap(key -> new Timing(policy).readyAt(key)))
                .map(Derivation::result);
    }
}
