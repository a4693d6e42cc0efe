package dev.keymgr.daemon.metrics;

import static dev.keymgr.daemon.metrics.SampleScope.CONSUMER;
import static dev.keymgr.daemon.metrics.SampleScope.POLICY;
import static dev.keymgr.daemon.metrics.SampleScope.START;

import dev.keymgr.audit.Alarm;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.key.TokenLabel;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;

/** Metrics that were told of everything there is, so that each has a value. */
final class FedMetrics {
    private FedMetrics() {}

    static Exposition exposition() {
        Metrics metrics = new Metrics(Clock.fixed(START.plusSeconds(360), ZoneOffset.UTC), "1.2.3");
        metrics.looked(SampleScope.withStandby(), POLICY, Probing.PROBED);
        metrics.tokenUp(CONSUMER, new TokenLabel("consumer-a"));
        metrics.signed(CONSUMER, new TokenLabel("consumer-a"), 2);
        metrics.beat(new Heartbeat("a@host", START, START, Duration.ofMinutes(15), Heartbeat.Role.WORKS));
        metrics.ready();
        metrics.auditHead(12);
        metrics.alarms(List.of(new Alarm(CONSUMER, "age", true, "old", START)));
        metrics.requested(CONSUMER, Endpoint.JWKS, 200);
        metrics.deliveryLag("pager", 3);
        return Exposition.of(metrics.text());
    }
}
