package dev.keymgr.simulation;

import dev.keymgr.audit.AuditEvent;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.inventory.ScopeLock;
import dev.keymgr.key.Generation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/** An inventory whose lock holds nothing back, and before whose nth write somebody else gets in. */
final class Interrupted implements Inventory {
    private final Inventory inventory;
    private final Runnable other;
    private int writesLeft;

    Interrupted(Inventory inventory, int nth, Runnable other) {
        this.inventory = inventory;
        this.other = other;
        this.writesLeft = nth;
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
        writesLeft--;
        if (writesLeft == 0) {
            other.run();
        }
        inventory.replace(before, after, events);
    }

    @Override
    public ScopeLock lock(ScopeName scope, Duration patience) {
        return () -> {};
    }
}
