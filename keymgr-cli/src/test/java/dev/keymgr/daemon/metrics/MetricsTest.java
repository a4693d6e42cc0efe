package dev.keymgr.daemon.metrics;

import static dev.keymgr.daemon.metrics.SampleScope.CONSUMER;
import static dev.keymgr.daemon.metrics.SampleScope.POLICY;
import static dev.keymgr.daemon.metrics.SampleScope.START;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.Alarm;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.inventory.Heartbeat.Role;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.lifecycle.Advance.Done;
import dev.keymgr.lifecycle.Advance.Failure;
import dev.keymgr.rollover.RolloverPlanner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a scrape says. */
class MetricsTest {
    private static final String GROUP = "{algorithm=\"ES256\",scope=\"consumer\"}";
    private static final String SCOPE = "{scope=\"consumer\"}";

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final Metrics metrics = new Metrics(
            new Clock() {
                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }

                @Override
                public Instant instant() {
                    return Objects.requireNonNull(now.get());
                }
            },
            "1.2.3");

    private Map<String, Double> samples() {
        return Exposition.of(metrics.text()).samples();
    }

    private double value(String name) {
        assertThat(samples()).containsKey(name);
        return Objects.requireNonNull(samples().get(name), name);
    }

    @Test
    void agesAndLatenessGrowFromScrapeToScrapeThoughNobodyLooksAgain() {
        metrics.looked(SampleScope.withStandby(), POLICY, Probing.PROBED);
        assertThat(value("keymgr_active_key_age_seconds" + GROUP)).isZero();

        now.set(START.plus(Duration.ofDays(10)).plusSeconds(7));
        assertThat(value("keymgr_active_key_age_seconds" + GROUP)).isEqualTo(864_007);
        assertThat(value("keymgr_overdue_seconds" + GROUP)).isEqualTo(7);
        assertThat(value("keymgr_last_look_timestamp_seconds" + SCOPE)).isEqualTo((double) START.getEpochSecond());
        assertThat(value("keymgr_active_key_age_limit_seconds" + GROUP)).isEqualTo(30 * 86_400);
    }

    @Test
    void whatDoesNotExistHasNoValue() {
        metrics.looked(Keyring.empty(CONSUMER), POLICY, Probing.UNPROBED);

        assertThat(samples())
                .doesNotContainKeys("keymgr_active_key_age_seconds" + GROUP, "keymgr_probe_lag_seconds" + SCOPE)
                .containsEntry("keymgr_standbys" + GROUP, 0.0);
    }

    @Test
    void countersOfAScopeBeginAtZeroWithItsFirstLook() {
        metrics.looked(SampleScope.withStandby(), POLICY, Probing.UNPROBED);

        assertThat(samples())
                .containsEntry("keymgr_steps_done_total" + SCOPE, 0.0)
                .containsEntry("keymgr_steps_failed_total" + SCOPE, 0.0)
                .containsEntry("keymgr_token_errors_total" + SCOPE, 0.0)
                .containsEntry("keymgr_store_errors_total", 0.0);
    }

    @Test
    void stepsAndTheFaultsBehindFailedOnesAreCounted() {
        Keyring keyring = SampleScope.withStandby();
        Failure down = new Failure("generate", new KeymgrException(ErrorCode.TOKEN_UNAVAILABLE, "down"));
        Failure lost = new Failure("publish", new KeymgrException(ErrorCode.PUBLICATION_FAILED, "no such directory"));
        metrics.advanced(new Advance(
                List.of(new Done(START, "activate", "due"), new Done(START, "publish", "due")),
                List.of(down, lost),
                keyring,
                new RolloverPlanner().plan(keyring, POLICY, START)));
        metrics.failed(null, new KeymgrException(ErrorCode.STORE_UNAVAILABLE, "gone"));

        assertThat(samples())
                .containsEntry("keymgr_steps_done_total" + SCOPE, 2.0)
                .containsEntry("keymgr_steps_failed_total" + SCOPE, 2.0)
                .containsEntry("keymgr_token_errors_total" + SCOPE, 1.0)
                .containsEntry("keymgr_store_errors_total", 1.0);
    }

    @Test
    void aForgottenScopeLeaves() {
        metrics.looked(SampleScope.withStandby(), POLICY, Probing.PROBED);
        metrics.tokenDown(CONSUMER, new TokenLabel("consumer-a"));
        assertThat(value("keymgr_token_up{scope=\"consumer\",token=\"consumer-a\"}"))
                .isZero();
        metrics.forget(CONSUMER);

        assertThat(samples().keySet().stream().filter(s -> s.contains("consumer") && !s.contains("_total")))
                .isEmpty();
    }

    @Test
    void alarmsAreCountedByScopeAndSeverity() {
        metrics.looked(SampleScope.withStandby(), POLICY, Probing.UNPROBED);
        metrics.alarms(List.of(
                new Alarm(CONSUMER, "a", true, "", START),
                new Alarm(CONSUMER, "b", false, "", START),
                new Alarm(CONSUMER, "c", false, "", START),
                new Alarm(new ScopeName("elsewhere"), "a", true, "", START)));

        assertThat(samples())
                .containsEntry("keymgr_open_alarms{scope=\"consumer\",severity=\"critical\"}", 1.0)
                .containsEntry("keymgr_open_alarms{scope=\"consumer\",severity=\"warning\"}", 2.0);
        metrics.alarms(List.of());
        assertThat(value("keymgr_open_alarms{scope=\"consumer\",severity=\"critical\"}"))
                .isZero();
    }

    @Test
    void aDaemonThatNeverBeatIsDeadAndNotReady() {
        assertThat(samples())
                .containsEntry("keymgr_heartbeat_timestamp_seconds", 0.0)
                .containsEntry("keymgr_daemon_works", 0.0)
                .containsEntry("keymgr_daemon_ready", 0.0);

        metrics.beat(new Heartbeat("a", START, START.plusMillis(500), Duration.ofMinutes(15), Role.WORKS));
        metrics.ready();
        assertThat(samples())
                .containsEntry("keymgr_heartbeat_timestamp_seconds", START.getEpochSecond() + 0.5)
                .containsEntry("keymgr_heartbeat_limit_seconds", 900.0)
                .containsEntry("keymgr_daemon_works", 1.0)
                .containsEntry("keymgr_daemon_ready", 1.0);

        metrics.beat(new Heartbeat("a", START, START, Duration.ofMinutes(15), Role.STANDS_BY));
        metrics.notReady();
        assertThat(value("keymgr_daemon_works")).isZero();
        assertThat(value("keymgr_daemon_ready")).isZero();
    }

    @Test
    void requestsSignaturesAndDeliveriesAreCounted() {
        metrics.requested(CONSUMER, Endpoint.JWKS, 304);
        metrics.requested(CONSUMER, Endpoint.JWKS, 304);
        metrics.requested(null, Endpoint.OTHER, 404);
        metrics.signed(CONSUMER, new TokenLabel("consumer-a"), 3);
        metrics.deliveryLag("pager", 5);
        metrics.delivered("pager");

        assertThat(samples())
                .containsEntry("keymgr_http_requests_total{endpoint=\"jwks\",scope=\"consumer\",status=\"304\"}", 2.0)
                .containsEntry("keymgr_http_requests_total{endpoint=\"other\",scope=\"\",status=\"404\"}", 1.0)
                .containsEntry("keymgr_signatures_total{scope=\"consumer\",token=\"consumer-a\"}", 3.0)
                .containsEntry("keymgr_notifications_delivered_total{receiver=\"pager\"}", 1.0)
                .containsEntry("keymgr_notifications_failed_total{receiver=\"pager\"}", 0.0)
                .containsEntry("keymgr_notification_lag_records{receiver=\"pager\"}", 5.0);
    }

    @Test
    void noLabelCanTakeManyValues() {
        Set<String> labels = new TreeSet<>();
        FedMetrics.exposition().families().values().forEach(f -> labels.addAll(f.labels()));

        assertThat(labels)
                .containsExactly(
                        "algorithm", "endpoint", "java", "receiver", "scope", "severity", "status", "token", "version");
        metrics.looked(SampleScope.signing(SigningAlgorithm.ES256), POLICY, Probing.PROBED);
        assertThat(new String(metrics.text(), UTF_8))
                .doesNotContain(
                        SampleScope.key(SigningAlgorithm.ES256, 1, START).kid().prefix());
    }

    @Test
    void theVirtualMachineIsMeasuredToo() {
        assertThat(FedMetrics.exposition().others())
                .contains("jvm_memory_used_bytes", "process_open_fds", "process_cpu_seconds_total");
    }
}
