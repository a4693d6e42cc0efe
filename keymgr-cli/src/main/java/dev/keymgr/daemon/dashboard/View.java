package dev.keymgr.daemon.dashboard;

import dev.keymgr.audit.Alarm;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.rollover.Exposure;
import dev.keymgr.rollover.Posture;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Everything the dashboard shows, read by the caller.
 *
 * @param now the instant of the page, by the daemon's clock
 * @param readAt when the inventory was read; before {@code now} when the store does not answer and an older reading is shown
 * @param version of the product
 * @param refresh how often the page loads itself again; zero or less for never
 * @param scopes in any order
 * @param findings what is wrong with the daemon itself: a store it cannot read, a token that is away
 * @param daemons every sign of life on record
 * @param alarms those that are open
 * @param exposures of revoked keys that somebody known may still trust, in any order
 * @param audit the last records, newest first
 */
public record View(
        Instant now,
        Instant readAt,
        String version,
        Duration refresh,
        List<ScopeView> scopes,
        List<Posture.Finding> findings,
        List<Heartbeat> daemons,
        List<Alarm> alarms,
        List<Exposure> exposures,
        List<AuditRecord> audit) {

    /** A view without a revoked key that anybody may still trust. */
    public View(
            Instant now,
            Instant readAt,
            String version,
            Duration refresh,
            List<ScopeView> scopes,
            List<Posture.Finding> findings,
            List<Heartbeat> daemons,
            List<Alarm> alarms,
            List<AuditRecord> audit) {
        this(now, readAt, version, refresh, scopes, findings, daemons, alarms, List.of(), audit);
    }

    public View {
        scopes = List.copyOf(scopes);
        findings = List.copyOf(findings);
        daemons = List.copyOf(daemons);
        alarms = List.copyOf(alarms);
        exposures = List.copyOf(exposures);
        audit = List.copyOf(audit);
    }
}
