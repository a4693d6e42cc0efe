package dev.keymgr.inventory;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What daemons tell each other, and a watcher, through the store. Safe for many threads and processes. Every failure is a
 * {@link dev.keymgr.key.KeymgrException} with a STORE_ code.
 */
public interface Heartbeats {
    /** Every daemon that ever beat, by name. */
    List<Heartbeat> heartbeats();

    /** Records a sign of life, in place of the one before. */
    void beat(Heartbeat heartbeat);

    /** Takes a daemon off the list: it was stopped on purpose. */
    void leave(String daemon);

    /**
     * Takes or keeps the one lease. One that was taken more than a term after {@code now} holds nobody off: the clock has gone
     * back since, and its holder, if it lives, asks again soon.
     *
     * @param holder the process that asks: no two may have the same
     * @param term how long from {@code now}, to the millisecond; from its end on another may take it
     * @return whether the asker has it now
     */
    boolean lease(String holder, Instant now, Duration term);

    /** Gives the lease back before its term; without it, nothing happens. */
    void release(String holder);
}
