package dev.keymgr.audit;

import java.time.Instant;
import java.util.List;

/** The open alarms, durable. Safe for many threads and processes. */
public interface Alarms {
    /** By scope and code. */
    List<Alarm> open();

    /**
     * Clears and raises, in this order, and appends the record of it: all or nothing. An alarm of a scope and code that is
     * open already, and the clearing of one that is not, change nothing and are not recorded; so two daemons may do the same.
     * But a warning that is open becomes critical when it is raised as such, with the new message and its first instant, and
     * that is recorded; the other way it has to be cleared.
     *
     * @param actor for the record
     */
    void change(List<Alarm> raised, List<Alarm> cleared, String actor, Instant at);
}
