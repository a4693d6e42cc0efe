package dev.keymgr.daemon.http;

import dev.keymgr.testkit.SteppedClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A server on a free port of this machine, and what it reported. */
final class Served implements AutoCloseable {
    final SmallSite site;
    final SteppedClock clock = new SteppedClock();
    final List<String> requests = new CopyOnWriteArrayList<>();
    final List<String> troubles = new CopyOnWriteArrayList<>();
    final HttpServer server;

    private Served(SmallSite site, HttpLimits limits, @Nullable TlsFiles tls) {
        this.site = site;
        this.server = HttpServer.start(
                new HttpSettings(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), tls, limits),
                site,
                (scope, endpoint, status) -> requests.add(scope + " " + endpoint + " " + status),
                clock,
                troubles::add);
    }

    static Served withTwoScopes() {
        return new Served(SmallSite.ofTwoScopes(), HttpLimits.defaults(), null);
    }

    static Served with(HttpLimits limits) {
        return new Served(SmallSite.ofTwoScopes(), limits, null);
    }

    static Served overTls(Path certificates, Path key) {
        return new Served(
                SmallSite.ofTwoScopes(), HttpLimits.defaults(), new TlsFiles(certificates, key, Duration.ofMillis(20)));
    }

    /** Defaults, with short times. */
    static HttpLimits limits(int connectionsPerAddress, Duration idle, Duration request, @Nullable RequestRate rate) {
        HttpLimits usual = HttpLimits.defaults();
        return new HttpLimits(
                usual.headerBytes(),
                usual.uriBytes(),
                usual.connections(),
                connectionsPerAddress,
                idle,
                request,
                usual.stop(),
                rate);
    }

    RawClient connect() {
        return RawClient.connect(server.port());
    }

    @Override
    public void close() {
        server.close();
    }
}
