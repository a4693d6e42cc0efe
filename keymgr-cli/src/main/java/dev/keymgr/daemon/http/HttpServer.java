package dev.keymgr.daemon.http;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A running server, from its making to its closing. Thread-safe. */
public final class HttpServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    /** Few, since no request waits for anything: one accepts, the rest read and answer. */
    private static final int THREADS_MAX = 12;

    private static final int THREADS_MIN = 3;
    private static final int SELECTORS_MAX = 4;

    /** Connections that may wait to be accepted. */
    private static final int BACKLOG = 512;

    /** What the pool keeps of buffers no one uses, in bytes, on and off the heap each. */
    private static final long IDLE_BUFFER_BYTES_MAX = 4L << 20;

    private final Server server;
    private final ServerConnector connector;
    private final ScheduledExecutorService housekeeping;

    private HttpServer(Server server, ServerConnector connector, ScheduledExecutorService housekeeping) {
        this.server = server;
        this.connector = connector;
        this.housekeeping = housekeeping;
    }

    /**
     * Listens, and returns once clients can connect.
     *
     * @param troubles told, by a thread of the server, what people should know: a renewed certificate that cannot be used
     * @throws KeymgrException when the address cannot be listened at or the certificate not be used; nothing listens then
     */
    public static HttpServer start(
            HttpSettings settings, Site site, RequestObserver observer, Clock clock, Consumer<String> troubles) {
        TlsFiles files = settings.tls();
        CertificateWatch certificate = files == null ? null : new CertificateWatch(files, clock, troubles);
        HttpLimits limits = settings.limits();
        RequestRate rate = limits.rate();
        Throttle throttle = rate == null ? null : new Throttle(rate, System::nanoTime);

        Server server = new Server(threads(), null, buffers());
        server.setStopTimeout(limits.stop().toMillis());
        server.setHandler(new GracefulHandler(new Endpoints(site, observer, clock, limits.uriBytes(), throttle)));
        server.setErrorHandler(new ErrorReplies(observer));
        ServerConnector connector = connector(server, settings, certificate);
        server.addConnector(connector);

        ScheduledExecutorService housekeeping = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "keymgr-http-housekeeping");
            thread.setDaemon(true);
            return thread;
        });
        HttpServer http = new HttpServer(server, connector, housekeeping);
        http.listen(settings.listen());
        ConnectionWatch connections = new ConnectionWatch(connector, limits, System::nanoTime);
        http.every(ConnectionWatch.interval(limits), connections::look);
        if (throttle != null) {
            http.every(Duration.ofSeconds(1), throttle::forget);
        }
        if (files != null && certificate != null) {
            http.every(files.lookEvery(), certificate::look);
        }
        return http;
    }

    /** Where it listens: the port that was taken when 0 was asked for. */
    public int port() {
        return connector.getLocalPort();
    }

    /**
     * Accepts nothing more, lets what was begun end within {@link HttpLimits#stop}, and cuts the rest. May be called twice.
     *
     * @throws KeymgrException when something could not be closed; it listens no more even so
     */
    @Override
    public void close() {
        housekeeping.shutdownNow();
        try {
            server.stop();
        } catch (Exception e) {
            throw new KeymgrException(
                    ErrorCode.CHECK_FAILED, "the HTTP server did not stop cleanly; it listens no more", e);
        }
    }

    private void listen(InetSocketAddress address) {
        try {
            server.start();
        } catch (Exception e) {
            close();
            throw new KeymgrException(
                    ErrorCode.CONFIG_INVALID,
                    "cannot listen at " + address.getHostString() + ":" + address.getPort()
                            + (address.isUnresolved()
                                    ? ": no host of that name is known; nothing was started; set daemon.listen to an address"
                                            + " of this machine"
                                    : "; nothing was started; end what listens there, or set daemon.listen to another address"
                                            + " of this machine"),
                    e);
        }
    }

    private void every(Duration interval, Runnable task) {
        Runnable repeatable = () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                // Thrown on, it would end the repetition in silence.
                LOG.error("housekeeping of the HTTP server failed; it is tried again", e);
            }
        };
        var unused = housekeeping.scheduleWithFixedDelay(
                repeatable, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static ServerConnector connector(
            Server server, HttpSettings settings, @Nullable CertificateWatch certificate) {
        HttpLimits limits = settings.limits();
        ConnectionFactory[] protocols =
                certificate == null ? Protocols.inClear(limits) : Protocols.overTls(limits, certificate.identity());
        int selectors = Math.min(SELECTORS_MAX, Runtime.getRuntime().availableProcessors());
        ServerConnector connector = new ServerConnector(server, 1, selectors, protocols);
        connector.setHost(settings.listen().getHostString());
        connector.setPort(settings.listen().getPort());
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(limits.idle().toMillis());
        // At the end connections without a request have nothing to finish.
        connector.setShutdownIdleTimeout(Math.min(100, limits.stop().toMillis() / 2));
        connector.addBean(new ConnectionLimits(limits));
        return connector;
    }

    private static QueuedThreadPool threads() {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS_MAX, THREADS_MIN);
        threads.setName("keymgr-http");
        threads.setReservedThreads(0);
        return threads;
    }

    private static ArrayByteBufferPool buffers() {
        return new ArrayByteBufferPool(0, 2_048, 65_536, 256, IDLE_BUFFER_BYTES_MAX, IDLE_BUFFER_BYTES_MAX);
    }
}
