package dev.keymgr.lifecycle;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.inventory.EmergencyOrders;
import dev.keymgr.inventory.ScopeLock;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.IllegalTransitionException;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where lifecycle reads and commits: inventory, audit and the clock, seen as one. A commit writes the change and the
 * events that {@link AuditTrail} reads off it, both or neither.
 *
 * @param patience how long to wait for another process that works on the same scope
 */
record Ledger(Records records, Clock clock, String actor, Duration patience) {

    AuditLog audit() {
        return records.audit();
    }

    EmergencyOrders orders() {
        return records.orders();
    }

    Keyring read(ScopeName scope) {
        return records.inventory().read(scope);
    }

    /** Works on a scope while nobody else does. */
    <T> T locked(ScopeName scope, Supplier<T> work) {
        ScopeLock lock = records.inventory().lock(scope, patience);
        try {
            return work.get();
        } finally {
            lock.close();
        }
    }

    Keyring commit(Keyring before, Keyring after) {
        return commit(before, after, Map.of());
    }

    Keyring commit(Keyring before, Keyring after, Map<String, String> remarks) {
        records.inventory().replace(before, after, AuditTrail.between(before, after, actor, remarks));
        return after;
    }

    /**
     * The instant of a change to a keyring: never before its last one.
     *
     * @param skew how far the clock may be behind without it meaning anything
     * @throws KeymgrException CLOCK_WENT_BACK when it is further behind; nothing is done by a wrong clock
     */
    Instant now(Keyring keyring, Duration skew) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        Instant last = keyring.changedAt();
        if (now.isBefore(last.minus(skew))) {
            throw new KeymgrException(
                    ErrorCode.CLOCK_WENT_BACK,
                    "the clock reads " + now + ", but scope " + keyring.scope() + " was last changed at " + last
                            + "; nothing was changed; set the clock right, or wait until it has passed that instant");
        }
        return now.isBefore(last) ? last : now;
    }

    /** What an event of a scope, not of a key, is recorded as. */
    AuditEvent event(AuditAction action, ScopeName scope, @Nullable Kid kid, Instant at, Map<String, String> details) {
        return AuditEvent.of(at, actor, action, scope, kid, details);
    }

    /** Records that a transition was asked for and refused. */
    void refused(Keyring keyring, IllegalTransitionException refusal) {
        records.audit()
                .append(List.of(AuditEvent.of(
                        clock.instant().truncatedTo(ChronoUnit.MILLIS),
                        actor,
                        AuditAction.TRANSITION_REFUSED,
                        keyring.scope(),
                        refusal.kid(),
                        Map.of("from", refusal.from().name(), "to", refusal.to().name()))));
    }
}
