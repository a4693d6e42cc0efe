package dev.keymgr.testkit;

import dev.keymgr.audit.AuditEvent;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.inventory.ScopeLock;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/** An inventory that takes so many more writes and then only reads, as on a full disk. */
public final class ReadOnly implements Inventory {
    private final Inventory inventory;
    private int writesLeft;

    public ReadOnly(Inventory inventory, int writesLeft) {
        this.inventory = inventory;
        this.writesLeft = writesLeft;
    }

    @Override
    public Keyring read(ScopeName scope) {
        return inventory.read(scope);
    }

    @Override
    public SortedMap<ScopeName, Generation> generations() {
        return inventory.generations();
    }

    @Override
    public SortedSet<ScopeName> scopesOf(String kidBeginning) {
        return inventory.scopesOf(kidBeginning);
    }

    @Override
    public void replace(Keyring before, Keyring after, List<AuditEvent> events) {
        if (writesLeft == 0) {
            throw new KeymgrException(ErrorCode.STORE_UNAVAILABLE, "the store is read-only; nothing was written");
        }
        writesLeft--;
        inventory.replace(before, after, events);
    }

    @Override
    public ScopeLock lock(ScopeName scope, Duration patience) {
        return inventory.lock(scope, patience);
    }
}
