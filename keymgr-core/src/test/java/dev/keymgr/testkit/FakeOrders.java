package dev.keymgr.testkit;

import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.inventory.EmergencyOrders;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Orders in memory. Write points: orders.put, orders.done. */
public final class FakeOrders implements EmergencyOrders {
    private final FaultPlan faults;
    private final List<EmergencyOrder> waiting = new ArrayList<>();
    private @Nullable ScopeName damaged;

    FakeOrders(FaultPlan faults) {
        this.faults = faults;
    }

    @Override
    public synchronized List<EmergencyOrder> of(ScopeName scope) {
        return waiting.stream()
                .filter(o -> o.scope().equals(scope))
                .sorted(Comparator.comparing(EmergencyOrder::document))
                .toList();
    }

    @Override
    public synchronized List<KeymgrException> unreadable(ScopeName scope) {
        return scope.equals(damaged) ? List.of(failed("read")) : List.of();
    }

    /** From now on there is one of this scope that nobody can read. */
    public synchronized void damage(ScopeName scope) {
        damaged = scope;
    }

    @Override
    public synchronized String put(EmergencyOrder order) {
        faults.run("orders.put", () -> replace(order), () -> failed("put"));
        return "memory";
    }

    @Override
    public synchronized void done(EmergencyOrder order) {
        faults.run(
                "orders.done",
                () -> waiting.removeIf(
                        o -> o.scope().equals(order.scope()) && o.document().equals(order.document())),
                () -> failed("take away"));
    }

    private void replace(EmergencyOrder order) {
        waiting.removeIf(o -> o.scope().equals(order.scope()) && o.document().equals(order.document()));
        waiting.add(order);
    }

    private static KeymgrException failed(String what) {
        return new KeymgrException(ErrorCode.STORE_UNAVAILABLE, "could not " + what + " an order: the plan said so");
    }
}
