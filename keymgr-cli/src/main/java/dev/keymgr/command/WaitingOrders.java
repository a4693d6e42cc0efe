package dev.keymgr.command;

import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.rollover.Posture.Finding;
import dev.keymgr.rollover.Posture.Severity;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Revocations of a scope that were carried out without the store, and are not in the record yet. One that cannot be read is
 * said like the others, and keeps nobody from the rest.
 */
record WaitingOrders(List<EmergencyOrder> orders, List<String> says) {
    static WaitingOrders of(Workbench workbench, ScopeName scope) {
        List<EmergencyOrder> orders = workbench.orders().of(scope);
        Stream<String> faults = workbench.orders().unreadable(scope).stream().map(e -> String.valueOf(e.getMessage()));
        return new WaitingOrders(
                orders,
                Stream.concat(orders.stream().map(WaitingOrders::says), faults).toList());
    }

    List<Finding> findings() {
        return says.stream()
                .map(text -> new Finding(Severity.CRITICAL, "order-waits", text))
                .toList();
    }

    private static String says(EmergencyOrder order) {
        return "revoked at " + Times.at(order.at()) + " by " + order.actor() + ", without the store: "
                + order.kids().stream().map(Kid::prefix).collect(Collectors.joining(", ")) + " ("
                + order.record().reason()
                + "); keymgr signs with it no more; make the store writable and run keymgr apply "
                + order.scope();
    }
}
