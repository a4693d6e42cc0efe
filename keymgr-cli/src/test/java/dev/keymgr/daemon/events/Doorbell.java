package dev.keymgr.daemon.events;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A relying party's address, that keeps what is brought and answers as it is told. */
final class Doorbell implements AutoCloseable {
    /** What was brought. */
    record Visit(String method, Headers headers, String body) {}

    /** An answer. */
    record Answer(int status, String body) {}

    final List<Visit> visits = new CopyOnWriteArrayList<>();
    volatile Answer answer = new Answer(202, "");
    private final HttpServer server;

    Doorbell() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", this::take);
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/events";
    }

    List<String> bodies() {
        return visits.stream().map(Visit::body).toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            visits.add(new Visit(exchange.getRequestMethod(), exchange.getRequestHeaders(), body));
            byte[] said = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), said.length == 0 ? -1 : said.length);
            exchange.getResponseBody().write(said);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
