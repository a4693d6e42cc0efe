package dev.keymgr.daemon;

import dev.keymgr.audit.Alarm;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.daemon.Board.Seen;
import dev.keymgr.daemon.dashboard.Dashboard;
import dev.keymgr.daemon.dashboard.ScopeView;
import dev.keymgr.daemon.dashboard.View;
import dev.keymgr.daemon.http.Page;
import dev.keymgr.daemon.http.Site.Reading;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.jwks.JwksRenderer;
import dev.keymgr.rollover.Exposure;
import dev.keymgr.rollover.Posture;
import dev.keymgr.rollover.Posture.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The dashboard, of what was last told. Whoever asks waits for no store and no token; what was told is drawn once, and only
 * when someone asks. Thread-safe.
 */
final class DashboardPage implements Function<Reading, Page> {
    private static final Duration REFRESH = Duration.ofSeconds(10);

    private final Resources resources;
    private final Board board;
    private final String version;
    private volatile Drawing drawing = new Drawing(Told.NOTHING);

    DashboardPage(Resources resources, Board board, String version) {
        this.resources = resources;
        this.board = board;
        this.version = version;
    }

    /**
     * What the store says beside the keys.
     *
     * @param exposures those that go on
     * @param audit the last records, the newest first
     */
    record Told(List<Heartbeat> daemons, List<Alarm> alarms, List<Exposure> exposures, List<AuditRecord> audit) {
        static final Told NOTHING = new Told(List.of(), List.of(), List.of(), List.of());
    }

    @Override
    public Page apply(Reading reading) {
        return drawing.as(reading);
    }

    /** From now on this is shown, and the keys as they are when somebody looks first. */
    void draw(Told told) {
        drawing = new Drawing(told);
    }

    /** Drawn when first asked for, and never again. */
    private final class Drawing {
        private final Told told;
        private final Map<Reading, Page> pages = new EnumMap<>(Reading.class);

        Drawing(Told told) {
            this.told = told;
        }

        synchronized Page as(Reading reading) {
            return pages.computeIfAbsent(reading, r -> render(told, r == Reading.STILL ? Duration.ZERO : REFRESH));
        }
    }

    private Page render(Told told, Duration refresh) {
        Instant now = resources.clock().instant();
        List<ScopeView> scopes = new ArrayList<>();
        Instant readAt = now;
        for (ScopeConfig config : resources.config().scopes().values()) {
            Seen seen = board.seen(config.scope().name());
            if (seen != null) {
                scopes.add(ScopeView.of(
                        config.scope().issuer(),
                        config.policy(),
                        seen.keyring(),
                        seen.keyring()
                                .servedPublication()
                                .map(p -> JwksRenderer.render(seen.keyring(), p))
                                .orElse(null),
                        now));
                readAt = seen.at().isBefore(readAt) ? seen.at() : readAt;
            }
        }
        List<AuditRecord> audit = new ArrayList<>(told.audit());
        Collections.reverse(audit);
        var page = Dashboard.render(new View(
                now,
                readAt,
                version,
                refresh,
                scopes,
                findings(),
                told.daemons(),
                told.alarms(),
                told.exposures(),
                audit));
        return new Page(page.html(), page.contentSecurityPolicy());
    }

    private List<Posture.Finding> findings() {
        List<Posture.Finding> findings = new ArrayList<>();
        String store = board.storeTrouble();
        if (store != null) {
            findings.add(new Posture.Finding(Severity.CRITICAL, "store-down", store));
        }
        resources
                .config()
                .scopes()
                .keySet()
                .forEach(scope -> board.failures(scope)
                        .forEach(f -> findings.add(
                                new Posture.Finding(Severity.CRITICAL, "step-failed", scope + ": " + f.says()))));
        return findings;
    }
}
