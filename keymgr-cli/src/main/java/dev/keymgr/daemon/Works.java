package dev.keymgr.daemon;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.config.StoreConfig;
import dev.keymgr.daemon.Leadership.Election;
import dev.keymgr.daemon.events.Acknowledgements;
import dev.keymgr.daemon.events.DecisionIntake;
import dev.keymgr.daemon.events.RelyingParties;
import dev.keymgr.daemon.events.Silence;
import dev.keymgr.daemon.http.Documents;
import dev.keymgr.daemon.http.Site;
import dev.keymgr.daemon.metrics.Metrics;
import dev.keymgr.daemon.notify.Addressee;
import dev.keymgr.daemon.notify.CloudEvents;
import dev.keymgr.daemon.notify.Notifier;
import dev.keymgr.daemon.notify.Outcomes;
import dev.keymgr.daemon.notify.ReadyTimes;
import dev.keymgr.daemon.notify.Receivers;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.Lifecycle;
import dev.keymgr.lifecycle.Progress;
import dev.keymgr.rollover.RolloverPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
    /** A lease outlives so many beats that were missed: another takes over within a tick, unless that is below 1.5 s. */
    private static final int BEATS_PER_TERM = 3;

    private static final int AUDIT_ROWS = 20;

    private final Resources resources;
    private final Identity identity;
    private final Metrics metrics;
    private final Board board = new Board();
    private final Documents documents = new Documents();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Leadership leadership;
    private final RelyingParties parties;
    private final Notifier notifier;
    private final Rounds rounds;
    private final Follower follower;
    private final OpenExposures exposures;
    private final DashboardPage page;
    private final Readiness readiness;
    private final Map<TokenLabel, Long> counted = new HashMap<>();
    private @Nullable Schedule local;
    private volatile @Nullable Schedule shared;

    /**
     * Who this daemon is.
     *
     * @param daemon the same after a restart
     * @param process never the same again
     */
    record Identity(String daemon, String process, String version) {}

    /**
     * Opens and reads everything that might be refused; nothing runs yet.
     *
     * @throws KeymgrException when a secret or the store cannot be read; the caller closes the resources
     */
    Works(Resources resources, Identity identity, Metrics metrics) {
        this.resources = resources;
        this.identity = identity;
        this.metrics = metrics;
        this.leadership = leadership();
        Lifecycle lifecycle = resources.lifecycle(Progress.NONE);
        ReadyTimes readyTimes = readyTimes();
        this.parties = parties(lifecycle, readyTimes);
        this.notifier = notifier(readyTimes);
        this.exposures = new OpenExposures(resources, board);
        this.page = new DashboardPage(resources, board, identity.version());
        this.readiness = new Readiness(resources.config().scopes(), board, documents);
        this.rounds = new Rounds(resources, lifecycle, leadership, board, metrics, wakes(), silence(), notifier::run);
        this.follower = new Follower(
                resources.inventory(),
                resources.authorities(),
                resources.orders(),
                resources.clock(),
                resources.config().scopes(),
                board,
                documents,
                metrics);
    }

    private Wakes wakes() {
        return new Wakes() {
            @Override
            public void at(ScopeName scope, Instant instant) {
                common().ifPresent(s -> s.wakeAt(scope, instant));
            }

            @Override
            public void never(ScopeName scope) {
                common().ifPresent(s -> s.forget(scope));
            }

            @Override
            public void restore() {
                common().ifPresent(s -> s.restore(ticks()));
            }
        };
    }

    private Optional<Schedule> common() {
        return Optional.ofNullable(shared);
    }

    private Map<ScopeName, Duration> ticks() {
        Map<ScopeName, Duration> ticks = new HashMap<>();
        resources
                .config()
                .scopes()
                .forEach((name, scope) -> ticks.put(name, scope.policy().tick().period()));
        return ticks;
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

    /** Every receiver of notifications, and every relying party that is told of events. */
    private Notifier notifier(ReadyTimes readyTimes) {
        CloudEvents events = new CloudEvents("urn:keymgr:" + identity.daemon(), readyTimes);
        List<Addressee> addressees = new ArrayList<>(parties.addressees());
        Receivers.of(resources.config().daemon(), resources::pin, resources.clock())
                .forEach(receiver -> addressees.add(Addressee.of(receiver, events)));
        return new Notifier(
                resources.audit(),
                resources.deliveries(),
                addressees,
                resources.clock(),
                new SplittableRandom(identity.process().hashCode()),
                resources.actor(),
                outcomes());
    }

    private RelyingParties parties(Lifecycle lifecycle, ReadyTimes readyTimes) {
        return RelyingParties.of(
                resources.config().scopes().values(),
                resources.securityEvents(),
                lifecycle.documentSigner(),
                readyTimes,
                resources.clock(),
                resources::pin,
                new DecisionIntake(
                        resources.config().scopes(),
                        resources.inventory(),
                        resources.detections(),
                        resources.confirmations(),
                        this::examine));
    }

    /** At once: whoever has the token is using it. Where another daemon leads, its next look finds the same. */
    private void examine(ScopeName scope) {
        rounds.examine(scope);
    }

    private ReadyTimes readyTimes() {
        Map<ScopeName, RolloverPolicy> policies = new HashMap<>();
        resources.config().scopes().forEach((name, scope) -> policies.put(name, scope.policy()));
        return ReadyTimes.of(resources.inventory(), policies);
    }

    private Silence silence() {
        return new Silence(
                new Acknowledgements(resources.audit(), resources.deliveries(), resources.securityEvents()),
                Silence.STEPS);
    }

    private Outcomes outcomes() {
        return new Outcomes() {
            @Override
            public void delivered(String receiver) {
                metrics.delivered(receiver);
            }

            @Override
            public void failed(String receiver) {
                metrics.deliveryFailed(receiver);
            }
        };
    }

    /** Serves the documents that stand. */
    void serve() {
        follower.look();
    }

    /** Begins to work. To be called once, after whatever ran before is closed: a process has one schedule of a name. */
    void start() {
        Schedule own = Schedule.of(JobStores.local(identity.process()), rounds);
        local = own;
        Schedule common = resources
                .jobDatabase()
                .map(database -> Schedule.of(JobStores.shared(database, identity.process()), rounds))
                .orElse(own);
        shared = common;
        again("keymgr-follower", FOLLOW, follower::look);
        again("keymgr-onlooker", SECOND, this::everySecond);
        leadership.renew();
        own.beatEvery(beat());
        own.notifyEvery(SECOND);
        ticks().forEach(common::sweep);
        own.start();
        if (common != own) {
            common.start();
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
            if (readiness.now().ok()) {
                metrics.ready();
            } else {
                metrics.notReady();
            }
            DashboardPage.Told told = new DashboardPage.Told(
                    resources.heartbeats().heartbeats(),
                    resources.alarms().open(),
                    exposures.now(),
                    resources.audit().latest(AUDIT_ROWS));
            page.draw(told);
            metrics.alarms(told.alarms());
            if (!told.audit().isEmpty()) {
                count(told.audit().get(0).sequence());
            }
        } catch (KeymgrException e) {
            metrics.failed(null, e);
            page.draw(DashboardPage.Told.NOTHING);
        } catch (RuntimeException e) {
            LOG.error("a fault of keymgr", e);
        }
    }

    private void count(long auditHead) {
        metrics.auditHead(auditHead);
        for (String receiver : notifier.receivers()) {
            resources
                    .deliveries()
                    .find(receiver)
                    .ifPresent(mark -> metrics.deliveryLag(receiver, auditHead - mark.sequence()));
        }
        resources.config().scopes().forEach((scope, config) -> {
            for (TokenLabel token : config.policy().tokens()) {
                long made = resources.signatures(token);
                metrics.signed(scope, token, made - counted.getOrDefault(token, 0L));
                counted.put(token, made);
            }
        });
    }

    Site site() {
        return new DaemonSite(documents, readiness, metrics, page, parties.mailroom());
    }

    /** Lets what runs end, signs off, lets go of everything. */
    @Override
    public void close() {
        Schedule own = local;
        Schedule common = shared;
        if (common != null && common != own) {
            common.close();
        }
        if (own != null) {
            own.close();
        }
        stopped.countDown();
        notifier.close();
        parties.mailroom().close();
        leadership.resign();
        resources.config().scopes().keySet().forEach(metrics::forget);
        resources.close();
    }
}
