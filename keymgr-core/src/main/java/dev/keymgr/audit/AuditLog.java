package dev.keymgr.audit;

import dev.keymgr.key.Kid;
import java.util.List;

/** The chained record. Safe for many threads and processes: the chain has one end, and appending takes turns. */
public interface AuditLog {
    /** Appends events that come with no change of state, for example a refusal. Durable on return. */
    void append(List<AuditEvent> events);

    /**
     * Records after a sequence number, oldest first.
     *
     * @param limit at most so many; 1 to 10,000
     */
    List<AuditRecord> read(long afterSequence, int limit);

    /** The newest records, oldest of them first. */
    List<AuditRecord> latest(int limit);

    /** Everything ever recorded of one key, oldest first. */
    List<AuditRecord> about(Kid kid);
}
