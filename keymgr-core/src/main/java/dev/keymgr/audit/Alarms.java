package dev.keymgr.audit;

import java.time.Instant;
import java.util.List;

/** The open alarms, durable. Safe for many threads and processes. */
public interface Alarms {
    /** By scope and code. */
    List<Alarm> open();

    /**
     * Raises and clears, and appends the record of it: all or nothing. An alarm of a scope and code that is open already,
     * and the clearing of one that is not, change nothing and are not recorded; so two daemons may do the same.
     *
     * @param actor for the record
     */
    void change(List<Alarm> raised, List<Alarm> cleared, String actor, Instant at);
}
