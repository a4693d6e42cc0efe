package dev.keymgr.detection;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.key.ScopeName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The misuses that nobody has answered, looked up again only when the record says something that bears on them: a scope with many
 * keys costs nothing while nothing happens. For many threads.
 */
public final class OpenMisuses {
    private static final Set<AuditAction> BEARING = Set.of(
            AuditAction.MISUSE_DETECTED,
            AuditAction.KEY_REVOKED,
            AuditAction.INCIDENT_CLOSED,
            AuditAction.VERIFIER_CONFIRMED,
            AuditAction.EVENT_ACKNOWLEDGED);

    private static final int BATCH = 500;

    private final AuditLog audit;
    private final Inventory inventory;
    private final Detections detections;
    private final Map<ScopeName, List<Detection>> known = new HashMap<>();
    private long seen = -1;

    public OpenMisuses(AuditLog audit, Inventory inventory, Detections detections) {
        this.audit = audit;
        this.inventory = inventory;
        this.detections = detections;
    }

    /** Those of the keys of a scope. */
    public synchronized List<Detection> of(ScopeName scope) {
        // The record first: a keyring that is read after it knows at least as much.
        follow();
        List<Detection> open = known.get(scope);
        if (open == null) {
            open = detections.open(inventory.read(scope));
            known.put(scope, open);
        }
        return open;
    }

    private void follow() {
        if (seen < 0) {
            seen = audit.latest(1).stream()
                    .mapToLong(AuditRecord::sequence)
                    .max()
                    .orElse(0);
            return;
        }
        List<AuditRecord> news;
        do {
            news = audit.read(seen, BATCH);
            for (AuditRecord record : news) {
                if (BEARING.contains(record.event().action())) {
                    known.remove(record.event().scope());
                }
                seen = record.sequence();
            }
        } while (news.size() == BATCH);
    }
}
