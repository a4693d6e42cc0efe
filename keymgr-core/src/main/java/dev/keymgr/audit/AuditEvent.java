package dev.keymgr.audit;

import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One thing that happened.
 *
 * @param actor who did it: a person or a named service identity, with the host
 * @param details further facts, none of them secret
 */
public record AuditEvent(
        Instant at,
        String actor,
        AuditAction action,
        ScopeName scope,
        @Nullable Kid kid,
        SortedMap<String, String> details) {

    public AuditEvent {
        details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
    }

    public static AuditEvent of(
            Instant at,
            String actor,
            AuditAction action,
            ScopeName scope,
            @Nullable Kid kid,
            Map<String, String> details) {
        return new AuditEvent(at, actor, action, scope, kid, new TreeMap<>(details));
    }
}
