package dev.keymgr.store.jdbc;

/** What a failed statement means, whichever database said so. */
enum Trouble {
    /** Lost a race that the same transaction wins on the next try. */
    RACE("met other writers each time it tried", "try again"),
    /** The connection broke. Before a commit that is harmless: the server undoes the rest. */
    LOST("lost its connection", "see that the database runs, then try again"),
    BUSY("is locked by another process", "find what holds it, then try again"),
    READ_ONLY("is read-only", "give this user the right to write it and its directory"),
    FULL("has no room left on its disk", "make room, then try again"),
    CORRUPT("is damaged or is no database", "stop every keymgr on it and restore the last backup"),
    MISSING("does not exist", "restore it from a backup if it had keys; for a first one: keymgr init"),
    UNREACHABLE("cannot be reached", "see that the database runs and that its address is right"),
    LOGIN("refuses the user or the password", "set both right in the configuration"),
    /** A constraint or a trigger said no. */
    REFUSED(
            "refuses what breaks one of its laws",
            "this is a fault in keymgr or a store edited by hand: keymgr doctor"),
    OTHER("failed", "the cause is in the log");

    private final String fact;
    private final String wayOut;

    Trouble(String fact, String wayOut) {
        this.fact = fact;
        this.wayOut = wayOut;
    }

    String fact() {
        return fact;
    }

    String wayOut() {
        return wayOut;
    }

    /** Whether the same transaction may be tried again at once. */
    boolean isPassing() {
        return this == RACE || this == LOST || this == BUSY;
    }
}
