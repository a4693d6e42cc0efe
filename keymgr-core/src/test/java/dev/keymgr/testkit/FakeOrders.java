package dev.keymgr.testkit;

import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.inventory.EmergencyOrders;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Orders in memory. Write points: orders.put, orders.done. */
public final class FakeOrders implements EmergencyOrders {
    private final FaultPlan faults;
    private final List<EmergencyOrder> waiting = new ArrayList<>();
    private final Map<ScopeName, Generation> damaged = new TreeMap<>();

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
        return damaged.containsKey(scope) ? List.of(failed("read")) : List.of();
    }

    /** From now on nobody can read the one of this number, whether or not there was one. */
    public synchronized void damage(ScopeName scope, Generation number) {
        waiting.removeIf(o -> o.scope().equals(scope) && o.document().equals(number));
        damaged.put(scope, number);
    }

    @Override
    public synchronized Optional<Generation> highest(ScopeName scope) {
        return Stream.concat(of(scope).stream().map(EmergencyOrder::document), Stream.ofNullable(damaged.get(scope)))
                .max(Generation::compareTo);
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
        boolean taken = order.document().equals(damaged.get(order.scope()))
                || of(order.scope()).stream()
                        .anyMatch(o -> o.document().equals(order.document())
                                && !o.kids().equals(order.kids()));
        if (taken) {
            throw failed("write over");
        }
        waiting.removeIf(o -> o.scope().equals(order.scope()) && o.document().equals(order.document()));
        waiting.add(order);
    }

    private static KeymgrException failed(String what) {
        return new KeymgrException(ErrorCode.STORE_UNAVAILABLE, "could not " + what + " an order: the plan said so");
    }
}
