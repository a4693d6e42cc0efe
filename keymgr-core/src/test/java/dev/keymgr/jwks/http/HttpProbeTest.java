package dev.keymgr.jwks.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpProbeTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private HttpProbe probe(HttpHandler handler, Duration bound) {
        server.createContext("/jwks.json", handler);
        URI url = URI.create("http://localhost:" + server.getAddress().getPort() + "/jwks.json");
        return new HttpProbe(url, HttpClient.newHttpClient(), bound);
    }

    private static void answer(HttpExchange exchange, int status, int bytes) throws IOException {
        exchange.sendResponseHeaders(status, bytes == 0 ? -1 : bytes);
        try (OutputStream body = exchange.getResponseBody()) {
            body.write(new byte[bytes]);
        }
    }

    @Test
    void givesTheBytesThatAVerifierWouldGet() {
        assertThat(probe(exchange -> answer(exchange, 200, JwksDocument.BYTES_MAX), LONG)
                        .fetch())
                .hasSize(JwksDocument.BYTES_MAX);
    }

    @Test
    void refusesMoreBytesThanVerifiersRead() {
        HttpProbe probe = probe(exchange -> answer(exchange, 200, JwksDocument.BYTES_MAX + 1), LONG);
        assertThatThrownBy(probe::fetch)
                .isInstanceOf(KeymgrException.class)
                .hasMessageContaining("more than " + JwksDocument.BYTES_MAX + " bytes");
    }

    @Test
    void refusesAnythingButAGoodAnswerAndFollowsNoRedirect() {
        HttpProbe probe = probe(
                exchange -> {
                    exchange.getResponseHeaders().add("Location", "/elsewhere.json");
                    answer(exchange, 302, 0);
                },
                LONG);
        assertThatThrownBy(probe::fetch).hasMessageContaining("status 302");
    }

    @Test
    void givesUpOnAnAnswerThatBeginsAndNeverEnds() {
        HttpProbe probe = probe(
                exchange -> {
                    exchange.sendResponseHeaders(200, 100);
                    exchange.getResponseBody().write(1);
                    exchange.getResponseBody().flush();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                Duration.ofMillis(300));
        assertThatThrownBy(probe::fetch).hasMessageContaining("did not answer whole within");
    }

    @Test
    void saysThatNobodyAnswers() {
        HttpProbe probe = probe(exchange -> answer(exchange, 200, 1), LONG);
        server.stop(0);
        assertThatThrownBy(probe::fetch).hasMessageContaining("cannot be fetched");
    }
}
