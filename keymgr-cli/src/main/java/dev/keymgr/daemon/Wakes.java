package dev.keymgr.daemon;

import dev.keymgr.key.ScopeName;
import java.time.Instant;

/** What the duties ask of the scheduler that wakes them. None throws: the sweep, or the next beat, makes up for it. */
interface Wakes {
    /** To be woken for a scope once more, besides the sweep. */
    void at(ScopeName scope, Instant instant);

    /**
     * To be woken for a scope no longer, because it is not in the configuration here. The schedule may be shared with a
     * daemon that has another configuration, before or after a change that goes from node to node, and nothing here can tell
     * which of them is the newer one. So a scope is never kept out: any daemon may take its wakes away, and one that serves
     * it puts them back with {@link #restore}. The wakes of a scope that nobody serves are gone for good; those of one that
     * somebody serves are missing for a beat.
     */
    void never(ScopeName scope);

    /** Puts back the sweeps that are missing, of the scopes in the configuration here. */
    void restore();
}
