package dev.keymgr.daemon.notify;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keymgr.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A receiver over HTTP that keeps what arrives and answers as it is told. Starts down. */
final class Inbox implements AutoCloseable {
    /** What arrived. */
    record Letter(String path, Headers headers, String body) {
        String header(String name) {
            return String.valueOf(headers.getFirst(name));
        }

        String id() {
            return header("webhook-id");
        }

        Map<String, Object> event() {
            return Json.parseObject(body.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Decides the answer to a letter, once it was kept. */
    interface Manners {
        void answer(HttpExchange exchange) throws IOException;
    }

    final List<Letter> letters = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile Manners manners = status(204);
    private @Nullable HttpServer server;
    private int port;

    static Manners status(int status) {
        return exchange -> exchange.sendResponseHeaders(status, -1);
    }

    Inbox up() {
        try {
            HttpServer started = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            started.setExecutor(threads);
            started.createContext("/", this::take);
            started.start();
            port = started.getAddress().getPort();
            server = started;
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void down() {
        if (server != null) {
            server.stop(0);
            server = null;
        }
    }

    Inbox answering(Manners next) {
        manners = next;
        return this;
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + port + "/hooks?token=sentinel-url");
    }

    List<String> ids() {
        return letters.stream().map(Letter::id).toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            letters.add(new Letter(exchange.getRequestURI().toString(), exchange.getRequestHeaders(), body));
            manners.answer(exchange);
        }
    }

    @Override
    public void close() {
        down();
        threads.shutdownNow();
    }
}
