package dev.keymgr.daemon;

import dev.keymgr.config.DaemonConfig;
import dev.keymgr.daemon.http.HttpLimits;
import dev.keymgr.daemon.http.HttpServer;
import dev.keymgr.daemon.http.HttpSettings;
import dev.keymgr.daemon.http.RequestRate;
import dev.keymgr.daemon.http.Site;
import dev.keymgr.daemon.http.TlsFiles;
import dev.keymgr.daemon.metrics.Endpoint;
import dev.keymgr.daemon.metrics.Metrics;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The everyday user of the lifecycle: makes rotation run unattended and serves the documents. Safe for many threads.
 */
public final class Daemon implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

    private static final Duration CERTIFICATE_LOOK = Duration.ofSeconds(5);

    private final Supplier<Resources> open;
    private final String name;
    private final String process;
    private final String version;
    private final AtomicInteger loads = new AtomicInteger();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile @Nullable Works works;
    private @Nullable Metrics metrics;
    private @Nullable HttpServer server;
    private @Nullable DaemonConfig served;

    /**
     * Touches nothing yet.
     *
     * @param open reads the configuration anew and opens what it names; an unsound one is a KeymgrException
     * @param name of this daemon in the store, the same after a restart
     * @param process one that no other process has or had
     */
    public Daemon(Supplier<Resources> open, String name, String process, String version) {
        this.open = open;
        this.name = name;
        this.process = process;
        this.version = version;
    }

    /**
     * Begins to serve and to work.
     *
     * @return the address it listens at
     * @throws KeymgrException when the configuration, the store or the address cannot be used; nothing runs then
     */
    public synchronized String start() {
        Resources resources = open.get();
        Metrics figures = new Metrics(resources.clock(), version);
        metrics = figures;
        Works first = prepare(resources, figures);
        works = first;
        try {
            first.serve();
            // Before it is a candidate: one whose address is taken must not keep another from the work.
            listen(resources.config().daemon(), resources);
            first.start();
        } catch (RuntimeException e) {
            close();
            throw e;
        }
        return address();
    }

    private Works prepare(Resources resources, Metrics figures) {
        Works.Identity identity = new Works.Identity(name, process + "-" + loads.incrementAndGet(), version);
        try {
            return new Works(resources, identity, figures);
        } catch (RuntimeException e) {
            resources.close();
            throw e;
        }
    }

    private void listen(DaemonConfig config, Resources resources) {
        HttpLimits limits = HttpLimits.defaults();
        HttpSettings settings = new HttpSettings(
                new InetSocketAddress(config.listen().host(), config.listen().port()),
                config.tls()
                        .map(tls -> new TlsFiles(tls.certificate(), tls.key(), CERTIFICATE_LOOK))
                        .orElse(null),
                new HttpLimits(
                        limits.headerBytes(),
                        limits.uriBytes(),
                        config.limits().connections(),
                        config.limits().connections(),
                        limits.idle(),
                        limits.request(),
                        limits.stop(),
                        new RequestRate(
                                config.limits().requestsPerSecond(),
                                config.limits().requestsPerSecond())));
        Site answers = new CurrentSite(() -> Objects.requireNonNull(works).site());
        server = HttpServer.start(settings, answers, this::count, resources.clock(), LOG::error);
        served = config;
    }

    private void count(String scope, String endpoint, int status) {
        Metrics figures = metrics;
        if (figures != null) {
            figures.requested(
                    scope.isEmpty() ? null : new ScopeName(scope),
                    Endpoint.valueOf(endpoint.toUpperCase(Locale.ROOT)),
                    status);
        }
    }

    private String address() {
        HttpServer running = server;
        DaemonConfig config = served;
        if (running == null || config == null) {
            return "";
        }
        return (config.tls().isPresent() ? "https://" : "http://")
                + new DaemonConfig.Listen(config.listen().host(), running.port());
    }

    /**
     * Reads the configuration anew. One that is not sound, or names a secret or a store that cannot be read, changes nothing,
     * and the log says so. Where a sound one cannot be put to work all the same (its address is taken), the daemon ends:
     * {@link #await} throws the reason.
     */
    public synchronized void reload() {
        Works before = works;
        Metrics figures = metrics;
        if (before == null || figures == null) {
            return;
        }
        Resources resources;
        Works next;
        try {
            resources = open.get();
            next = prepare(resources, figures);
        } catch (KeymgrException e) {
            LOG.error(
                    "the configuration was not taken, the old one stands: {} [{}]",
                    e.getMessage(),
                    e.code().id());
            return;
        }
        try {
            before.close();
            next.serve();
            works = next;
            if (!resources.config().daemon().equals(served)) {
                HttpServer old = server;
                if (old != null) {
                    old.close();
                }
                listen(resources.config().daemon(), resources);
            }
            next.start();
        } catch (RuntimeException e) {
            ended.completeExceptionally(e);
            close();
            return;
        }
        LOG.info(
                "the configuration was taken: {}; listening at {}",
                resources.config().file(),
                address());
    }

    /**
     * Waits until it ends.
     *
     * @throws KeymgrException when it was not closed but could go on no longer
     */
    public void await() {
        try {
            ended.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Answers what was asked, ends what runs, signs off. May be called twice. */
    @Override
    public synchronized void close() {
        HttpServer running = server;
        server = null;
        if (running != null) {
            running.close();
        }
        Works last = works;
        works = null;
        if (last != null) {
            last.close();
        }
        ended.complete(null);
    }
}
