package dev.keymgr.token.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keymgr.jwks.JwksDocument;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A web server that hands out what a test puts there, and remembers who asked for what. */
final class KeyServer implements AutoCloseable {
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, String> cacheControls = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private volatile @Nullable String location;
    private volatile @Nullable CountDownLatch gate;
    private volatile String gated = "";

    KeyServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    URI address() {
        return URI.create("http://localhost:" + server.getAddress().getPort() + "/keys");
    }

    void put(String name, byte[] bytes) {
        files.put("/keys/" + name, bytes.clone());
    }

    void remove(String name) {
        files.remove("/keys/" + name);
    }

    byte[] get(String name) {
        return Objects.requireNonNull(files.get("/keys/" + name), name).clone();
    }

    void put(Map<String, byte[]> all) {
        all.forEach(this::put);
    }

    void cacheControl(String name, String value) {
        cacheControls.put("/keys/" + name, value);
    }

    /** From now on every answer has this status and no document. */
    void fail(int with) {
        status = with;
    }

    void redirect(String to) {
        status = 302;
        location = to;
    }

    void recover() {
        status = 200;
        location = null;
    }

    /** Answers nothing until the latch opens. */
    void hold(CountDownLatch until) {
        hold("", until);
    }

    /** The same for one document alone. */
    void hold(String name, CountDownLatch until) {
        gated = name;
        gate = until;
    }

    /** Each request since the last call: its path, and the status of its answer. */
    List<String> asked() {
        List<String> seen = new ArrayList<>(asked);
        asked.clear();
        return seen;
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        CountDownLatch closed = gate;
        if (closed != null && path.endsWith(gated)) {
            try {
                closed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        byte[] body = status == 200 ? files.getOrDefault(path, new byte[0]) : new byte[0];
        int answer = status == 200 && body.length == 0 ? 404 : status;
        if (answer == 200) {
            String etag = JwksDocument.etagOf(body);
            exchange.getResponseHeaders().add("ETag", etag);
            if (etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
                answer = 304;
                body = new byte[0];
            }
        }
        String control = cacheControls.get(path);
        if (control != null) {
            exchange.getResponseHeaders().add("Cache-Control", control);
        }
        String elsewhere = location;
        if (elsewhere != null) {
            exchange.getResponseHeaders().add("Location", elsewhere);
        }
        asked.add(path.substring(path.lastIndexOf('/') + 1) + " " + answer);
        exchange.sendResponseHeaders(answer, body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
