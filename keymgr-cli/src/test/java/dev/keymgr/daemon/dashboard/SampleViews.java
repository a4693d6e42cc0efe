package dev.keymgr.daemon.dashboard;

import dev.keymgr.audit.Alarm;
import dev.keymgr.audit.AuditChain;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.key.ScopeName;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Views to render. The same in every run. */
final class SampleViews {
    static final Instant START = Instant.parse("2026-09-16T07:20:00Z");

    /** Forty minutes after the fourth key of the consumer scope began to sign. */
    static final Instant NOW = START.plus(Duration.ofDays(42).plusMinutes(40));

    private static final int AUDIT_SHOWN = 20;

    private SampleViews() {}

    /** Two scopes, one in the middle of a change of keys, two daemons: what a reader of the README sees. */
    static View midRollover() {
        SampleScope consumer = new SampleScope("consumer", SampleScope.daily("consumer-a", "consumer-b"), START);
        SampleScope enterprise = new SampleScope(
                "enterprise",
                SampleScope.daily("enterprise-a", "enterprise-b"),
                START.plus(Duration.ofDays(4).plusHours(2)));
        consumer.liveUntil(NOW);
        enterprise.liveUntil(NOW);
        return view(
                NOW,
                List.of(consumer.view(), enterprise.view()),
                List.of(new Alarm(
                        new ScopeName("consumer"),
                        "standby-not-ready",
                        false,
                        "as first found",
                        NOW.minus(Duration.ofMinutes(35)))),
                audit(consumer, enterprise));
    }

    /** One scope, days away from any change: nothing to say. */
    static View quiet() {
        Instant now = START.plus(Duration.ofDays(21));
        SampleScope scope = new SampleScope("consumer", SampleScope.daily("consumer-a", "consumer-b"), START);
        return view(now, List.of(scope.liveUntil(now).view()), List.of(), audit(scope));
    }

    /** Policies of seconds, a revoked key, a suspended one, a scope without any key, a silent daemon. */
    static View troubled() {
        Instant now = START.plusSeconds(95);
        SampleScope swift = new SampleScope("canary", SampleScope.swift("canary-a", "canary-b"), START).liveUntil(now);
        SampleScope hurt = new SampleScope("consumer", SampleScope.swift("consumer-a"), START).liveUntil(now);
        hurt.become(hurt.keyring().suspended(hurt.active().kid(), now.minusSeconds(4)));
        SampleScope empty = new SampleScope("partner", SampleScope.daily("partner-a"), START);
        View view = view(now, List.of(swift.view(), hurt.view(), empty.viewAt(now)), List.of(), audit(swift, hurt));
        List<Heartbeat> daemons = new ArrayList<>(view.daemons());
        daemons.add(new Heartbeat(
                "node-3:/etc/keymgr/keymgr.yaml",
                START.minus(Duration.ofDays(3)),
                now.minus(Duration.ofMinutes(50)),
                Duration.ofMinutes(15),
                Heartbeat.Role.WORKS));
        return new View(
                now,
                now.minusSeconds(12),
                view.version(),
                view.refresh(),
                view.scopes(),
                view.findings(),
                daemons,
                view.alarms(),
                view.audit());
    }

    /** So many scopes, all well, but the first. */
    static View many(int scopes) {
        Instant now = START.plus(Duration.ofDays(21));
        List<ScopeView> views = new ArrayList<>();
        for (int i = 0; i < scopes; i++) {
            String name = String.format("tenant-%03d", i);
            SampleScope scope = new SampleScope(name, SampleScope.daily(name + "-a", name + "-b"), START);
            views.add(i == 0 ? scope.viewAt(now) : scope.liveUntil(now).view());
        }
        return view(now, views, List.of(), List.of());
    }

    static View view(Instant now, List<ScopeView> scopes, List<Alarm> alarms, List<AuditRecord> audit) {
        List<Heartbeat> daemons = List.of(
                new Heartbeat(
                        "node-1:/etc/keymgr/keymgr.yaml",
                        now.minus(Duration.ofDays(19)),
                        now.minusSeconds(38),
                        Duration.ofMinutes(15),
                        Heartbeat.Role.WORKS),
                new Heartbeat(
                        "node-2:/etc/keymgr/keymgr.yaml",
                        now.minus(Duration.ofDays(6)),
                        now.minusSeconds(12),
                        Duration.ofMinutes(15),
                        Heartbeat.Role.STANDS_BY));
        return new View(now, now, "1.0.0", Duration.ofSeconds(30), scopes, List.of(), daemons, alarms, audit);
    }

    /** What was done to scopes, newest first. */
    static List<AuditRecord> audit(SampleScope... scopes) {
        List<AuditEvent> events = Stream.of(scopes)
                .flatMap(s -> s.events().stream())
                .sorted(Comparator.comparing(AuditEvent::at))
                .toList();
        List<AuditRecord> records = new ArrayList<>();
        AuditRecord previous = null;
        for (AuditEvent event : events) {
            previous = AuditChain.next(previous, event);
            records.add(previous);
        }
        Collections.reverse(records);
        return records.subList(0, Math.min(AUDIT_SHOWN, records.size()));
    }
}
