package dev.keymgr.daemon.notify;

/** Told how each attempt to deliver ended. For many threads; must not throw. */
public interface Outcomes {
    /** The receiver accepted a notification. */
    void delivered(String receiver);

    /** The receiver did not accept a notification. */
    void failed(String receiver);
}
