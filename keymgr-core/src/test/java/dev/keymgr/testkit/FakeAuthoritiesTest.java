package dev.keymgr.testkit;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.authority.AuthorityRecordsContract;

final class FakeAuthoritiesTest extends AuthorityRecordsContract {
    private static final String APPEND = "audit.append";

    private final FaultPlan faults = new FaultPlan();
    private final FakeInventory inventory = new FakeInventory(faults);
    private final FakeAuthorities fake = new FakeAuthorities(inventory);

    @Override
    protected AuthorityRecords records() {
        return fake;
    }

    @Override
    protected AuditLog audit() {
        return inventory;
    }

    @Override
    protected void leave() {
        // A fake is its own store.
    }

    @Override
    protected void breakAudit() {
        int met = (int)
                faults.seen().stream().filter(p -> p.name().equals(APPEND)).count();
        for (int each = met + 1; each < met + 10; each++) {
            faults.at(APPEND, each, Fault.FAIL_NOT_APPLIED);
        }
    }
}
