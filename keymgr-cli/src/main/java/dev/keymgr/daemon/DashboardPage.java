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
import dev.keymgr.key.KeymgrException;
import dev.keymgr.rollover.Posture;
import dev.keymgr.rollover.Posture.Severity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The dashboard as last drawn. Drawing takes a moment and asks the store, so the page is drawn by {@link #draw} from time to
 * time, while someone looks, and handed out from memory. Thread-safe.
 */
final class DashboardPage implements Function<Reading, Page> {
    private static final Duration REFRESH = Duration.ofSeconds(10);
    private static final int AUDIT_ROWS = 20;
    /** Nobody who has not looked for so long sees the page drawn for him. */
    private static final Duration UNWATCHED = Duration.ofMinutes(1);

    private final Resources resources;
    private final Board board;
    private final String version;
    private volatile @Nullable Drawn drawn;
    private volatile Instant lookedAt;

    DashboardPage(Resources resources, Board board, String version) {
        this.resources = resources;
        this.board = board;
        this.version = version;
        this.lookedAt = resources.clock().instant();
    }

    private record Drawn(Page moving, Page still) {
        Page as(Reading reading) {
            return reading == Reading.STILL ? still : moving;
        }
    }

    @Override
    public Page apply(Reading reading) {
        lookedAt = resources.clock().instant();
        Drawn page = drawn;
        return (page == null ? render(List.of(), List.of(), List.of()) : page).as(reading);
    }

    /** Never throws. */
    void draw() {
        if (lookedAt.plus(UNWATCHED).isBefore(resources.clock().instant())) {
            drawn = null;
            return;
        }
        try {
            List<AuditRecord> audit = new ArrayList<>(resources.audit().latest(AUDIT_ROWS));
            Collections.reverse(audit);
            drawn = render(
                    resources.heartbeats().heartbeats(), resources.alarms().open(), audit);
        } catch (KeymgrException e) {
            drawn = render(List.of(), List.of(), List.of());
        }
    }

    private Drawn render(List<Heartbeat> daemons, List<Alarm> alarms, List<AuditRecord> audit) {
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
        List<Posture.Finding> findings = findings();
        Instant oldest = readAt;
        Function<Duration, Page> page = refresh -> {
            var drawing =
                    Dashboard.render(new View(now, oldest, version, refresh, scopes, findings, daemons, alarms, audit));
            return new Page(drawing.html(), drawing.contentSecurityPolicy());
        };
        return new Drawn(page.apply(REFRESH), page.apply(Duration.ZERO));
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
                        .forEach(f -> findings.add(new Posture.Finding(
                                Severity.CRITICAL,
                                "step-failed",
                                scope + ": could not " + f.what() + ": "
                                        + f.error().getMessage()))));
        return findings;
    }
}
