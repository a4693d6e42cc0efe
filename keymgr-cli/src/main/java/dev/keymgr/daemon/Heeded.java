package dev.keymgr.daemon;

import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.inventory.EmergencyOrders;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The orders that this daemon goes by: what an emergency on this machine left for the record stands above it. For one thread. */
final class Heeded {
    private final EmergencyOrders orders;
    private final Map<ScopeName, List<EmergencyOrder>> heeded = new HashMap<>();

    Heeded(EmergencyOrders orders) {
        this.orders = orders;
    }

    /** Those of the last look. */
    List<EmergencyOrder> of(ScopeName scope) {
        return heeded.getOrDefault(scope, List.of());
    }

    /** Looks again; whether they have changed. */
    boolean look(ScopeName scope) {
        List<EmergencyOrder> before = of(scope);
        List<EmergencyOrder> now = waiting(scope, before);
        heeded.put(scope, now);
        return !now.equals(before);
    }

    /** While one cannot be read, what was heeded before is heeded on: it may be that one. */
    private List<EmergencyOrder> waiting(ScopeName scope, List<EmergencyOrder> before) {
        List<EmergencyOrder> waiting = orders.of(scope);
        return orders.unreadable(scope).isEmpty()
                ? waiting
                : Stream.concat(waiting.stream(), before.stream())
                        .distinct()
                        .sorted(Comparator.comparing(EmergencyOrder::document))
                        .toList();
    }

    /** Why an order of the scope cannot be read. Which key it revokes nobody knows. */
    Optional<KeymgrException> unreadable(ScopeName scope) {
        try {
            return orders.unreadable(scope).stream().findFirst();
        } catch (KeymgrException e) {
            return Optional.of(e);
        }
    }
}
