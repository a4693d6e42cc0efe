package dev.keymgr.daemon.metrics;

import dev.keymgr.audit.Alarm;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.rollover.RolloverPolicy;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the daemon counts and measures, in the Prometheus text format. Labels have few values: no kid, no client, no path is
 * ever one. Safe for many threads; no call waits for a lock or does any I/O.
 */
public final class Metrics {
    /** The media type of {@link #text()}. */
    public static final String CONTENT_TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    private static final String SCOPE = "scope";
    private static final String RECEIVER = "receiver";
    private static final int TEXT_BYTES = 1 << 15;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final ScopeCollector scopes;

    private final Counter requests = counter("http_requests", "Requests answered", SCOPE, "endpoint", "status");
    private final Counter signatures =
            counter("signatures", "Signatures that the daemon itself asked a token for", SCOPE, "token");
    private final Counter stepsDone = counter("steps_done", "Steps of the plan carried out", SCOPE);
    private final Counter stepsFailed =
            counter("steps_failed", "Steps of the plan that failed; each is due until it is done", SCOPE);
    private final Counter tokenErrors = counter("token_errors", "Calls of a PKCS#11 token that failed", SCOPE);
    private final Counter storeErrors = counter("store_errors", "Calls of the store that failed");
    private final Counter delivered =
            counter("notifications_delivered", "Notifications that their receiver accepted", RECEIVER);
    private final Counter undelivered =
            counter("notifications_failed", "Attempts to deliver a notification that failed", RECEIVER);
    private final Gauge deliveryLag =
            gauge("notification_lag_records", "Audit records that the receiver has not been told of yet", RECEIVER);
    private final Gauge tokenUp =
            gauge("token_up", "Whether the token answered when it was last asked (1) or not (0)", SCOPE, "token");
    private final Gauge beatAt = gauge("heartbeat_timestamp_seconds", "Last heartbeat, in seconds since 1970");
    private final Gauge beatLimit =
            gauge("heartbeat_limit_seconds", "Age from which the heartbeat means a dead daemon: (m+1) ticks");
    private final Gauge works = gauge("daemon_works", "Whether it advances the scopes (1) or stands by (0)");
    private final Gauge ready = gauge("daemon_ready", "Whether /readyz says ready (1) or not (0)");
    private final Gauge auditHead = gauge("audit_sequence", "Number of the last audit record");

    /**
     * @param clock tells the instant of each scrape
     * @param version of keymgr
     */
    public Metrics(Clock clock, String version) {
        scopes = new ScopeCollector(clock);
        registry.register(scopes);
        Info.builder()
                .name("keymgr_build_info")
                .help("What is running")
                .labelNames("version", "java")
                .register(registry)
                .setLabelValues(version, Runtime.version().toString());
        JvmMetrics.builder().register(registry);
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name("keymgr_" + name + "_total")
                .help(help)
                .labelNames(labels)
                .register(registry);
    }

    private Gauge gauge(String name, String help, String... labels) {
        return Gauge.builder()
                .name("keymgr_" + name)
                .help(help)
                .labelNames(labels)
                .register(registry);
    }

    // ---- scopes

    /** A scope as it was just read. Its counters begin at zero with the first look, so that their first increase shows. */
    public void looked(Keyring keyring, RolloverPolicy policy, Probing probing) {
        String scope = keyring.scope().value();
        List.of(stepsDone, stepsFailed, tokenErrors).forEach(c -> c.initLabelValues(scope));
        scopes.look(keyring, policy, probing);
    }

    /** A scope is no longer configured: its gauges end. */
    public void forget(ScopeName scope) {
        scopes.forget(scope);
        tokenUp.removeIf(labels -> labels.get(0).equals(scope.value()));
    }

    /** What a look at a scope brought about. */
    public void advanced(Advance advance) {
        ScopeName scope = advance.keyring().scope();
        stepsDone.labelValues(scope.value()).inc(advance.done().size());
        stepsFailed.labelValues(scope.value()).inc(advance.failures().size());
        advance.failures().forEach(f -> failed(scope, f.error()));
    }

    /**
     * Something went wrong: counted where it is the token's or the store's fault.
     *
     * @param scope null where none is concerned
     */
    public void failed(@Nullable ScopeName scope, KeymgrException error) {
        ErrorCode code = error.code();
        switch (code) {
            case TOKEN_UNAVAILABLE, TOKEN_MODULE, TOKEN_LOGIN, TOKEN_REFUSED, TOKEN_KEY_MISSING, TOKEN_SELF_TEST ->
                tokenErrors.labelValues(label(scope)).inc();
            case STORE_UNAVAILABLE, STORE_SCHEMA, STORE_CONFLICT, SCOPE_BUSY -> storeErrors.inc();
            default -> {
                // of the configuration, the input or the moment: steps_failed counts it where it was a step
            }
        }
    }

    /** The token answered. */
    public void tokenUp(ScopeName scope, TokenLabel token) {
        tokenUp.labelValues(scope.value(), token.value()).set(1);
    }

    /** The token did not answer. */
    public void tokenDown(ScopeName scope, TokenLabel token) {
        tokenUp.labelValues(scope.value(), token.value()).set(0);
    }

    /**
     * The daemon itself asked for signatures: to test a new key, and as the canary. Those of issuers are made in their own
     * processes and are not counted here.
     *
     * @param more since it was told last
     */
    public void signed(ScopeName scope, TokenLabel token, long more) {
        signatures.labelValues(scope.value(), token.value()).inc(more);
    }

    // ---- daemon

    /** This daemon gave a sign of life, and the store has it. */
    public void beat(Heartbeat heartbeat) {
        beatAt.set(ScopeCollector.seconds(heartbeat.beatAt()));
        beatLimit.set(ScopeCollector.seconds(heartbeat.allowance()));
        works.set(heartbeat.role() == Heartbeat.Role.WORKS ? 1 : 0);
    }

    /** Readiness was examined and is good. */
    public void ready() {
        ready.set(1);
    }

    /** Readiness was examined and is bad. */
    public void notReady() {
        ready.set(0);
    }

    /** The end of the audit record. */
    public void auditHead(long sequence) {
        auditHead.set((double) sequence);
    }

    /** Every alarm that is open, of all scopes; in place of those told before. */
    public void alarms(List<Alarm> open) {
        scopes.alarms(open);
    }

    // ---- HTTP and notifications

    /**
     * A request was answered.
     *
     * @param scope null where the request is of none, or of one that does not exist
     * @param status of the response
     */
    public void requested(@Nullable ScopeName scope, Endpoint endpoint, int status) {
        requests.labelValues(label(scope), endpoint.label(), Integer.toString(status))
                .inc();
    }

    /** A receiver accepted a notification. */
    public void delivered(String receiver) {
        delivered.labelValues(receiver).inc();
    }

    /** A receiver did not accept a notification; it is tried again later. */
    public void deliveryFailed(String receiver) {
        undelivered.labelValues(receiver).inc();
    }

    /**
     * How far a receiver is behind.
     *
     * @param records the end of the audit record less the receiver's mark
     */
    public void deliveryLag(String receiver, long records) {
        List.of(delivered, undelivered).forEach(c -> c.initLabelValues(receiver));
        deliveryLag.labelValues(receiver).set((double) records);
    }

    private static String label(@Nullable ScopeName scope) {
        return scope == null ? "" : scope.value();
    }

    /** All of it, as of now. */
    public byte[] text() {
        ByteArrayOutputStream out = new ByteArrayOutputStream(TEXT_BYTES);
        try {
            PrometheusTextFormatWriter.create().write(out, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
        return out.toByteArray();
    }
}
