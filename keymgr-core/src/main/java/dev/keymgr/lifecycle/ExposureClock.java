package dev.keymgr.lifecycle;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.Confirmations;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Exposure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** Notes, once for each revoked key, when nobody known can trust it any more. For many threads, one at a time in a scope. */
final class ExposureClock {
    private final Ledger ledger;
    /** Known to be over, so that old revocations cost nothing: a memory only, the record decides. */
    private final Set<Kid> ended = ConcurrentHashMap.newKeySet();

    ExposureClock(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Under the lock of the scope. */
    List<Advance.Done> look(ManagedScope scope, Keyring keyring, Instant now) {
        List<Advance.Done> done = new ArrayList<>();
        for (SigningKey key : keyring.keys()) {
            if (key.state() != KeyState.COMPROMISED || ended.contains(key.kid())) {
                continue;
            }
            List<AuditRecord> records = ledger.audit().about(key.kid());
            Exposure exposure = Exposure.of(
                            keyring, key.kid(), scope.policy(), scope.registered(), Confirmations.in(records))
                    .orElse(null);
            if (exposure == null || isRecorded(records)) {
                ended.add(key.kid());
            } else if (exposure.overSince(now).isPresent()) {
                // A crash before this line: the next look finds it over again. After it: that look finds the record.
                ledger.audit().append(List.of(event(exposure, scope, now)));
                ended.add(key.kid());
                done.add(new Advance.Done(
                        now,
                        "the exposure of " + key.kid().prefix() + " is over",
                        exposure.isEndMeasured()
                                ? "every registered verifier has confirmed, and every other bound has passed"
                                : "the bound of every known verifier has passed"));
            }
        }
        return done;
    }

    private static boolean isRecorded(List<AuditRecord> records) {
        return records.stream().anyMatch(r -> r.event().action() == AuditAction.EXPOSURE_ENDED);
    }

    private AuditEvent event(Exposure exposure, ManagedScope scope, Instant now) {
        Map<String, String> details = new TreeMap<>();
        details.put("revoked", exposure.revokedAt().toString());
        exposure.bound().ifPresent(bound -> details.put("bound", bound.toString()));
        exposure.measured().ifPresent(measured -> details.put("measured", measured.toString()));
        exposure.ends().ifPresent(ends -> details.put("ended", ends.toString()));
        int registered = exposure.registered().size();
        int outstanding = exposure.outstanding().size();
        details.put("confirmed", (registered - outstanding) + " of " + registered);
        if (outstanding > 0) {
            details.put(
                    "outstanding",
                    exposure.outstanding().stream().map(Exposure.Reach::name).collect(Collectors.joining(" ")));
        }
        return AuditEvent.of(
                now,
                ledger.actor(),
                AuditAction.EXPOSURE_ENDED,
                scope.name(),
                exposure.key().kid(),
                details);
    }
}
