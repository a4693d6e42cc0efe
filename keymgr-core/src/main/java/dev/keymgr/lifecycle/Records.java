package dev.keymgr.lifecycle;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.inventory.EmergencyOrders;
import dev.keymgr.inventory.Inventory;

/**
 * What a lifecycle reads and commits: the keyrings, the record of what happened, the authorities, in one store; and what an
 * emergency leaves beside it while it cannot be written.
 */
public record Records(Inventory inventory, AuditLog audit, AuthorityRecords authorities, EmergencyOrders orders) {}
