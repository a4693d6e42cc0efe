package dev.keymgr.incident;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Opens incidents and adds to their accounts, as records of the chain: so nothing that was ever said is lost, and each
 * addition is a revision. One incident of a key is open at a time. For many threads and processes.
 */
public final class Incidents {
    private final AuditLog audit;
    private final Clock clock;
    private final String actor;

    /** @param actor who speaks, for the record */
    public Incidents(AuditLog audit, Clock clock, String actor) {
        this.audit = audit;
        this.clock = clock;
        this.actor = actor;
    }

    /**
     * Opens one.
     *
     * @param noticedAt when the first sign was seen, where that was before now; null for now
     * @throws KeymgrException CHECK_FAILED when one of this key is open already; nothing was recorded
     */
    public void open(ScopeName scope, Kid kid, String reason, @Nullable Instant noticedAt) {
        if (isOpen(kid)) {
            throw new KeymgrException(
                    ErrorCode.CHECK_FAILED,
                    "an incident of " + kid.prefix() + " is open already; nothing was recorded; add to it with: keymgr"
                            + " incident note " + kid.prefix());
        }
        Map<String, String> details = new TreeMap<>(Map.of("reason", reason));
        if (noticedAt != null) {
            details.put("noticed-at", noticedAt.toString());
        }
        append(AuditAction.INCIDENT_OPENED, scope, kid, details);
    }

    /**
     * Adds what somebody found outside of keymgr.
     *
     * @param certainty of the statement; what it rests on is the record that this makes
     * @param evidence null for none
     * @throws KeymgrException CHECK_FAILED when no incident of this key is open
     */
    public void note(
            ScopeName scope,
            Kid kid,
            Statement.Certainty certainty,
            Statement.@Nullable Confidence confidence,
            String text,
            Cause.@Nullable Evidence evidence) {
        requireOpen(kid);
        Map<String, String> details = new TreeMap<>(Map.of("certainty", certainty.name(), "text", text));
        if (confidence != null) {
            details.put("confidence", confidence.name());
        }
        append(AuditAction.INCIDENT_NOTED, scope, kid, with(details, evidence));
    }

    /**
     * Says what the cause is, in the place of what was said before.
     *
     * @throws KeymgrException CHECK_FAILED when it is called confirmed without evidence, or no incident is open: nothing was
     *     recorded
     */
    public void cause(
            ScopeName scope, Kid kid, Cause.Standing standing, String text, Cause.@Nullable Evidence evidence) {
        requireOpen(kid);
        if (standing == Cause.Standing.CONFIRMED && evidence == null) {
            throw new KeymgrException(
                    ErrorCode.CHECK_FAILED,
                    "a cause is confirmed by evidence, and none is attached; nothing was recorded; add --evidence FILE, or"
                            + " call it --suspected");
        }
        append(
                AuditAction.INCIDENT_CAUSE,
                scope,
                kid,
                with(new TreeMap<>(Map.of("standing", standing.name(), "text", text)), evidence));
    }

    /** Closes it. The account stays, and grows no more but by a new incident. */
    public void close(ScopeName scope, Kid kid, String finding) {
        requireOpen(kid);
        append(AuditAction.INCIDENT_CLOSED, scope, kid, Map.of("finding", finding));
    }

    private static Map<String, String> with(Map<String, String> details, Cause.@Nullable Evidence evidence) {
        if (evidence != null) {
            details.put("evidence", evidence.name());
            details.put("evidence-sha256", evidence.sha256());
        }
        return details;
    }

    private void requireOpen(Kid kid) {
        if (!isOpen(kid)) {
            throw new KeymgrException(
                    ErrorCode.CHECK_FAILED,
                    "no incident of " + kid.prefix()
                            + " is open; nothing was recorded; open one with: keymgr incident open " + kid.prefix());
        }
    }

    private boolean isOpen(Kid kid) {
        boolean open = false;
        for (AuditRecord record : audit.about(kid)) {
            AuditAction action = record.event().action();
            open = action == AuditAction.INCIDENT_OPENED || (open && action != AuditAction.INCIDENT_CLOSED);
        }
        return open;
    }

    private void append(AuditAction action, ScopeName scope, Kid kid, Map<String, String> details) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        audit.append(List.of(AuditEvent.of(now, actor, action, scope, kid, details)));
    }
}
