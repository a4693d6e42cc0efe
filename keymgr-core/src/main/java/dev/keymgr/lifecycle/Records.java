package dev.keymgr.lifecycle;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.inventory.Inventory;

/** What a lifecycle reads and commits: the keyrings, the record of what happened, the authorities. One store. */
public record Records(Inventory inventory, AuditLog audit, AuthorityRecords authorities) {}
