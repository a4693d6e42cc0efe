package dev.keymgr.daemon;

import dev.keymgr.key.ScopeName;

/** What the scheduler wakes. None throws; each derives afresh what is to be done, and is safe late, twice and at once. */
interface Duties {
    /** Does what is due in a scope and asks to be woken when more is. */
    void advance(ScopeName scope);

    /** Looks at what is wrong in a scope, and raises and clears alarms. */
    void examine(ScopeName scope);

    /** Says that this daemon lives, and takes or keeps the lease. */
    void beat();

    /** Tells receivers what happened. */
    void notifyReceivers();
}
