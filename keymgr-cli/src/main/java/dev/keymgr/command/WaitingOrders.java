package dev.keymgr.command;

import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.key.Kid;
import java.util.stream.Collectors;

/** Revocations that were carried out without the store, as people read of them. */
final class WaitingOrders {
    static final String CODE = "order-waits";

    private WaitingOrders() {}

    static String says(EmergencyOrder order) {
        return "revoked at " + Times.at(order.at()) + " by " + order.actor() + ", without the store: "
                + order.kids().stream().map(Kid::prefix).collect(Collectors.joining(", ")) + " ("
                + order.record().reason() + "); nobody signs with it; make the store writable and run keymgr apply "
                + order.scope();
    }
}
