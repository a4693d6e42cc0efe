package dev.keymgr.daemon.notify;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.config.EventType;
import java.util.List;
import java.util.Optional;

/**
 * One row of the table: what of the record is told, as what, and with which of its details. The rest stays in the house:
 * who did it, too.
 *
 * @param details by the names of the record; an event has those of them that its record has
 */
record EventTable(AuditAction action, EventType type, List<String> details) {
    static final List<EventTable> ROWS = List.of(
            row(AuditAction.KEY_PUBLISHED, EventType.KEY_PUBLISHED, "etag", "reason"),
            row(AuditAction.KEY_ACTIVATED, EventType.KEY_ACTIVATED, "reason"),
            row(AuditAction.KEY_SUSPENDED, EventType.KEY_SUSPENDED, "reason"),
            row(AuditAction.KEY_RESUMED, EventType.KEY_RESUMED, "reason"),
            row(AuditAction.KEY_RETIRED, EventType.KEY_RETIRED, "reason"),
            row(AuditAction.KEY_REMOVED, EventType.KEY_REMOVED, "etag", "reason"),
            row(AuditAction.KEY_REVOKED, EventType.KEY_REVOKED, "cause", "invalid-from", "reason"),
            row(AuditAction.ALARM_RAISED, EventType.ALARM_RAISED, "code", "severity", "message"),
            row(AuditAction.ALARM_CLEARED, EventType.ALARM_CLEARED, "code", "severity", "message"));

    EventTable {
        details = List.copyOf(details);
    }

    /** Empty for what is not told. */
    static Optional<EventTable> of(AuditAction action) {
        return ROWS.stream().filter(row -> row.action == action).findFirst();
    }

    private static EventTable row(AuditAction action, EventType type, String... details) {
        return new EventTable(action, type, List.of(details));
    }
}
