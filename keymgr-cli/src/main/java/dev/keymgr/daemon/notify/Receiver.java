package dev.keymgr.daemon.notify;

import dev.keymgr.config.EventType;

/** One that is told of events. Used by one thread at a time. */
public interface Receiver {
    /** Stable over restarts and reloads: its mark in the record is kept under it. */
    String name();

    /** Whether it is told of such events at all. */
    boolean wants(EventType type);

    /**
     * Tries once, within 10 s. Answers whatever goes wrong; throws nothing else.
     *
     * @throws InterruptedException when the daemon ends meanwhile; whether the event arrived is not known
     */
    Answer deliver(Notification notification) throws InterruptedException;
}
