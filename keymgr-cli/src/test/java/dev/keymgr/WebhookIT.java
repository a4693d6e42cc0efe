package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.RunningDaemon;
import dev.keymgr.testkit.StrictJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A receiver of a running daemon's webhooks, as a crew would write one: it believes the signature, and nothing else. */
@Tag("long")
class WebhookIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final byte[] SECRET = "thirty-two octets of a secret ...".getBytes(StandardCharsets.US_ASCII);

    /** The left column of the table of events in docs/reference/notifications.md. */
    private static final String TOLD =
            "('key.published', 'key.activated', 'key.suspended', 'key.resumed', 'key.retired',"
                    + " 'key.removed', 'key.revoked', 'alarm.raised', 'alarm.cleared')";

    @TempDir
    private Path folder;

    private DemoFolder demo;
    private HttpServer receiver;
    private final Socket place = new Socket();
    private InetSocketAddress address;
    private final List<JsonNode> received = new CopyOnWriteArrayList<>();
    private final List<String> faults = new CopyOnWriteArrayList<>();

    @BeforeEach
    void begin() throws IOException {
        demo = DemoFolder.withoutKeys(folder.resolve("demo"));
        receiver = receiver(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        address = receiver.getAddress();
        Path secret = demo.file("secrets/crew.whsec");
        DemoFolder.write(secret, "whsec_" + Base64.getEncoder().encodeToString(SECRET) + "\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        DemoFolder.write(
                demo.config(),
                DemoFolder.read(demo.config()) + "\ndaemon:\n  listen: 127.0.0.1:0\n  webhooks:\n    - name: crew\n"
                        + "      url: http://127.0.0.1:" + address.getPort() + "/keymgr\n"
                        + "      secret-source: file:secrets/crew.whsec\n");
    }

    @AfterEach
    void end() throws IOException {
        place.close();
        receiver.stop(0);
        demo.close();
    }

    private HttpServer receiver(InetSocketAddress at) throws IOException {
        HttpServer server = HttpServer.create(at, 0);
        server.createContext("/keymgr", this::receive);
        server.start();
        return server;
    }

    private void receive(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String id = exchange.getRequestHeaders().getFirst("webhook-id");
        String time = exchange.getRequestHeaders().getFirst("webhook-timestamp");
        byte[] signed =
                exchange.getRequestHeaders().getFirst("webhook-signature").getBytes(StandardCharsets.UTF_8);
        byte[] head = (id + "." + time + ".").getBytes(StandardCharsets.UTF_8);
        if (MessageDigest.isEqual(signed, ("v1," + signature(head, body)).getBytes(StandardCharsets.UTF_8))) {
            JsonNode event = StrictJson.parse(new String(body, StandardCharsets.UTF_8), id);
            if (!event.get("id").textValue().equals(id)) {
                faults.add("event " + event + " came as " + id);
            }
            received.add(event);
        } else {
            faults.add("a wrong signature at " + id);
        }
        exchange.sendResponseHeaders(204, -1);
        exchange.close();
    }

    private static String signature(byte[] head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET, "HmacSHA256"));
            mac.update(head);
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The places in the audit record that were told, in the order in which each came first. */
    private List<Long> told() {
        return received.stream()
                .map(event -> event.get("data").get("sequence").longValue())
                .distinct()
                .toList();
    }

    private List<Long> owed(long since) {
        return demo
                .query("SELECT sequence FROM audit_record WHERE action IN " + TOLD + " AND sequence >= " + since
                        + " ORDER BY sequence")
                .stream()
                .map(Long::valueOf)
                .toList();
    }

    @Test
    void isToldEverythingInOrderThoughItWasAwayAndTheDaemonWasKilled() throws IOException {
        try (RunningDaemon daemon = RunningDaemon.start(demo.keymgr()).ready()) {
            await().atMost(SOON).until(() -> !received.isEmpty());

            receiver.stop(0);
            place.setReuseAddress(true);
            place.bind(address); // so that nobody else gets the port; it refuses connections
            demo.keymgr().expect(0, "rotate", "enterprise", "--wait");
            await().atMost(SOON).until(() -> daemon.log().contains("crew was not told of"));
            daemon.killed();
        }
        int before = received.size();
        try (RunningDaemon daemon = RunningDaemon.start(demo.keymgr())) {
            place.close();
            receiver = receiver(address);
            await().atMost(SOON).until(() -> received.size() > before);
            long since = told().get(0);
            List<Long> owed = owed(since);
            await().atMost(SOON).until(() -> told().containsAll(owed));
            assertThat(daemon.stopped().exit()).isIn(0, 143);
        }

        List<Long> told = told();
        List<Long> owed = owed(told.get(0)).subList(0, told.size());
        assertThat(told).isSorted().isEqualTo(owed);
        assertThat(faults).isEmpty();
        assertThat(received)
                .extracting(event -> event.get("type").textValue())
                .contains("dev.keymgr.key.published", "dev.keymgr.key.activated", "dev.keymgr.key.retired");
    }
}
