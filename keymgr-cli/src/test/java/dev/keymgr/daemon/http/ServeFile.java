package dev.keymgr.daemon.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** For measurements: serves one file as the JWKS of the scope {@code bench}, without a request rate, until killed. */
final class ServeFile {
    private ServeFile() {}

    /** Arguments: the file, the port. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        SmallSite site = new SmallSite();
        site.documents.replace(
                "bench",
                List.of(new ServedDocument(
                        Kind.JWKS, Files.readAllBytes(Path.of(arguments[0])), now -> Duration.ofMinutes(5))));
        InetSocketAddress address =
                new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(arguments[1]));
        try (HttpServer server = HttpServer.start(
                new HttpSettings(
                        address, null, Served.limits(1_024, Duration.ofSeconds(30), Duration.ofSeconds(10), null)),
                site,
                (scope, endpoint, status) -> {},
                Clock.systemUTC(),
                trouble -> {})) {
            System.err.println("listening at " + server.port());
            Thread.currentThread().join();
        }
    }
}
