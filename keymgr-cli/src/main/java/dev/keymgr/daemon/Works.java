package dev.keymgr.daemon;

import dev.keymgr.audit.AuditRecord;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.config.StoreConfig;
import dev.keymgr.daemon.Leadership.Election;
import dev.keymgr.daemon.http.Documents;
import dev.keymgr.daemon.http.Site;
import dev.keymgr.daemon.metrics.Metrics;
import dev.keymgr.daemon.notify.CloudEvents;
import dev.keymgr.daemon.notify.Notifier;
import dev.keymgr.daemon.notify.ReadyTimes;
import dev.keymgr.daemon.notify.Receivers;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import dev.keymgr.lifecycle.Progress;
import dev.keymgr.rollover.RolloverPolicy;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Everything that runs by one configuration, but the sockets: replaced whole when the configuration changes. */
final class Works implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Works.class);

    /** How soon a document that any process published is served here. */
    private static final Duration FOLLOW = Duration.ofMillis(250);

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration BEAT_MIN = Duration.ofMillis(500);
    private static final Duration BEAT_MAX = Duration.ofSeconds(15);
    /** A lease outlives so many beats that were missed; a tick is longer, so that another takes over within one. */
    private static final int BEATS_PER_TERM = 3;

    private final Resources resources;
    private final Identity identity;
    private final Metrics metrics;
    private final Board board = new Board();
    private final Documents documents = new Documents();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Leadership leadership;
    private final Notifier notifier;
    private final Schedule local;
    private final Schedule shared;
    private final DashboardPage page;
    private final Readiness readiness;

    /**
     * Who this daemon is.
     *
     * @param daemon the same after a restart
     * @param process never the same again
     */
    record Identity(String daemon, String process, String version) {}

    Works(Resources resources, Identity identity, Metrics metrics) {
        this.resources = resources;
        this.identity = identity;
        this.metrics = metrics;
        this.leadership = leadership();
        this.notifier = notifier();
        this.page = new DashboardPage(resources, board, identity.version());
        this.readiness = new Readiness(resources.config().scopes(), board, documents);
        Rounds rounds = new Rounds(
                resources,
                resources.lifecycle(Progress.NONE),
                leadership,
                board,
                metrics,
                (scope, at) -> shared().wakeAt(scope, at),
                notifier::run);
        this.local = Schedule.of(JobStores.local(identity.process()), rounds);
        this.shared = resources
                .jobDatabase()
                .map(database -> Schedule.of(JobStores.shared(database, identity.process()), rounds))
                .orElse(local);
    }

    private Schedule shared() {
        return shared;
    }

    private Leadership leadership() {
        return new Leadership(
                resources.heartbeats(),
                resources.clock(),
                identity.daemon(),
                identity.process(),
                resources.config().store() instanceof StoreConfig.Postgresql ? Election.EVERYONE : Election.ONE,
                beat().multipliedBy(BEATS_PER_TERM),
                shortest(policy -> policy.tick().allowance()),
                metrics,
                board);
    }

    /** An eighth of the shortest tick. */
    private Duration beat() {
        Duration wanted = shortest(policy -> policy.tick().period()).dividedBy(8);
        Duration atLeast = wanted.compareTo(BEAT_MIN) < 0 ? BEAT_MIN : wanted;
        return atLeast.compareTo(BEAT_MAX) > 0 ? BEAT_MAX : atLeast;
    }

    private Duration shortest(Function<RolloverPolicy, Duration> of) {
        return resources.config().scopes().values().stream()
                .map(ScopeConfig::policy)
                .map(of)
                .min(Comparator.naturalOrder())
                .orElse(BEAT_MAX);
    }

    private Notifier notifier() {
        Map<ScopeName, RolloverPolicy> policies = new HashMap<>();
        resources.config().scopes().forEach((name, scope) -> policies.put(name, scope.policy()));
        return new Notifier(
                resources.audit(),
                resources.deliveries(),
                Receivers.of(resources.config().daemon(), resources::pin, resources.clock()),
                new CloudEvents("urn:keymgr:" + identity.daemon(), ReadyTimes.of(resources.inventory(), policies)),
                resources.clock(),
                new SplittableRandom(identity.process().hashCode()),
                resources.actor());
    }

    /** Begins; returns once the documents that stand are served. */
    void start() {
        Follower looks = new Follower(
                resources.inventory(), resources.clock(), resources.config().scopes(), board, documents, metrics);
        looks.look();
        again("keymgr-follower", FOLLOW, looks::look);
        again("keymgr-onlooker", SECOND, this::everySecond);
        leadership.renew();
        local.beatEvery(beat());
        local.notifyEvery(SECOND);
        resources
                .config()
                .scopes()
                .forEach((name, scope) ->
                        shared.sweep(name, scope.policy().tick().period()));
        local.start();
        if (shared != local) {
            shared.start();
        }
    }

    /** Two threads, so that what draws the page never holds up what is served. */
    private void again(String name, Duration pause, Runnable work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        while (!stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                            work.run();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private void everySecond() {
        try {
            page.draw();
            if (readiness.now().ok()) {
                metrics.ready();
            } else {
                metrics.notReady();
            }
            List<AuditRecord> last = resources.audit().latest(1);
            if (!last.isEmpty()) {
                metrics.auditHead(last.get(0).sequence());
            }
            metrics.alarms(resources.alarms().open());
        } catch (KeymgrException e) {
            metrics.failed(null, e);
        } catch (RuntimeException e) {
            LOG.error("a fault of keymgr", e);
        }
    }

    Site site() {
        return new DaemonSite(documents, readiness, metrics, page);
    }

    Resources resources() {
        return resources;
    }

    /** Lets what runs end, signs off, lets go of everything. */
    @Override
    public void close() {
        if (shared != local) {
            shared.close();
        }
        local.close();
        stopped.countDown();
        notifier.close();
        leadership.resign();
        resources.config().scopes().keySet().forEach(metrics::forget);
        resources.close();
    }
}
