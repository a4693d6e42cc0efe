package dev.keymgr.command;

import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.rollover.Posture.Finding;
import dev.keymgr.rollover.Posture.Severity;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Revocations of a scope that were carried out without the store, and are not in the record yet. One that cannot be read is
 * said like the others, and keeps nobody from the rest.
 */
record WaitingOrders(List<EmergencyOrder> orders, List<String> says) {
    static WaitingOrders of(Workbench workbench, ScopeName scope) {
        try {
            List<EmergencyOrder> orders = workbench.orders().of(scope);
            return new WaitingOrders(
                    orders, orders.stream().map(WaitingOrders::says).toList());
        } catch (KeymgrException e) {
            return new WaitingOrders(List.of(), List.of(String.valueOf(e.getMessage())));
        }
    }

    List<Finding> findings() {
        return says.stream()
                .map(text -> new Finding(Severity.CRITICAL, "order-waits", text))
                .toList();
    }

    private static String says(EmergencyOrder order) {
        return "revoked at " + Times.at(order.at()) + " by " + order.actor() + ", without the store: "
                + order.kids().stream().map(Kid::prefix).collect(Collectors.joining(", ")) + " ("
                + order.record().reason() + "); nobody signs with it; make the store writable and run keymgr apply "
                + order.scope();
    }
}
