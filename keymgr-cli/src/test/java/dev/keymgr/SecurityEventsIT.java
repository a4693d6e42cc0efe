package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.RunningDaemon;
import dev.keymgr.testkit.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.interfaces.ECPublicKey;
import java.text.ParseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two relying parties of a running daemon: one is called, one asks; both believe the authority that they pinned. */
@Tag("long")
class SecurityEventsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String REVOKED = "urn:keymgr:event:key-revoked";
    private static final String MAIL = "mail-0123456789abcdef0123456789abcdef";
    private static final String FILES = "files-0123456789abcdef0123456789abcdef";

    @TempDir
    private Path folder;

    private DemoFolder demo;
    private HttpServer mail;
    private byte[] pinned;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> brought = new CopyOnWriteArrayList<>();

    @BeforeEach
    void begin() throws IOException {
        demo = DemoFolder.steady(folder.resolve("demo"));
        mail = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        mail.createContext("/events", this::take);
        mail.start();
        pinned = demo.keymgr().expect(0, "authority", "consumer").out().getBytes(StandardCharsets.US_ASCII);
        secret("mail", MAIL);
        secret("files", FILES);
        demo.edit(
                "consumer",
                "    publish:",
                "    relying-parties:\n"
                        + "      - {name: mail, contact: mail-team, cache: 2s, events: {push: \"http://127.0.0.1:"
                        + mail.getAddress().getPort()
                        + "/events\", secret-source: \"file:secrets/mail.token\"}}\n"
                        + "      - {name: files, contact: files desk, cache: 2s, events: {poll: true,"
                        + " secret-source: \"file:secrets/files.token\"}}\n"
                        + "    publish:");
        DemoFolder.write(demo.config(), DemoFolder.read(demo.config()) + "\ndaemon:\n  listen: 127.0.0.1:0\n");
    }

    @AfterEach
    void end() {
        mail.stop(0);
        demo.close();
    }

    private void secret(String party, String token) throws IOException {
        Path file = demo.file("secrets/" + party + ".token");
        DemoFolder.write(file, token + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }

    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean ours = ("Bearer " + MAIL).equals(exchange.getRequestHeaders().getFirst("Authorization"));
        if (ours) {
            brought.add(body);
        }
        exchange.sendResponseHeaders(ours ? 202 : 401, -1);
        exchange.close();
    }

    private HttpResponse<String> poll(RunningDaemon daemon, String token, String request)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(daemon.url("/consumer/events/files"))
                        .header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(request))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The event of a token, if one of the pinned authorities signed it. */
    private Map<String, Object> event(String token) throws Exception {
        SignedJWT jwt = SignedJWT.parse(token);
        boolean believed = false;
        for (Certificate authority :
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pinned))) {
            believed |= jwt.verify(new ECDSAVerifier((ECPublicKey) authority.getPublicKey()));
        }
        assertThat(believed).isTrue();
        assertThat(jwt.getHeader().getType()).hasToString("secevent+jwt");
        return jwt.getJWTClaimsSet().getJSONObjectClaim("events");
    }

    @Test
    void tellsBothOfARevocationAndKnowsThatTheyKnow() throws Exception {
        try (RunningDaemon daemon = RunningDaemon.start(demo.keymgr()).ready()) {
            await().atMost(SOON)
                    .until(() -> demo.query("SELECT receiver FROM delivery WHERE receiver LIKE 'party:%'")
                                    .size()
                            == 2);
            String kid = demo.kid("consumer", "ACTIVE");
            // Refused, and nothing changed, until the standby is ready.
            await().atMost(SOON)
                    .until(() -> demo.keymgr()
                                    .on(kid, "revoke", "--reason", "stolen", "--cause", "key")
                                    .exit()
                            == 0);

            await().atMost(SOON).until(() -> brought.stream().anyMatch(SecurityEventsIT::isRevocation));
            String pushed = brought.stream()
                    .filter(SecurityEventsIT::isRevocation)
                    .findFirst()
                    .orElseThrow();
            assertThat(event(pushed).get(REVOKED))
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsEntry("kid", kid);

            assertThat(poll(daemon, MAIL, "{}").statusCode()).isEqualTo(401);
            List<String> polled = new ArrayList<>();
            await().atMost(SOON).until(() -> {
                String answer = poll(daemon, FILES, "{}").body();
                polled.clear();
                StrictJson.parse(answer, "sets").get("sets").properties().stream()
                        .filter(set -> isRevocation(set.getValue().textValue()))
                        .forEach(set -> polled.add(set.getValue().textValue()));
                return !polled.isEmpty();
            });
            assertThat(event(polled.get(0))).containsKey(REVOKED);
            String jti = SignedJWT.parse(polled.get(0)).getJWTClaimsSet().getJWTID();
            assertThat(poll(daemon, FILES, "{\"ack\":[\"" + jti + "\"]}").body())
                    .doesNotContain(jti);

            JsonNode parties = demo.keymgr()
                    .expect(0, "parties", "consumer", "-o", "json")
                    .json()
                    .get("parties");
            assertThat(parties.toString()).doesNotContain("key-revoked");
            assertThat(parties.get(0).get("lastAcknowledgedAt").textValue()).isNotEmpty();
            assertThat(demo.query("SELECT details FROM audit_record WHERE action = 'event.acknowledged'"))
                    .anyMatch(details -> details.contains(jti));
        }
    }

    private static boolean isRevocation(String token) {
        try {
            return SignedJWT.parse(token)
                    .getJWTClaimsSet()
                    .getJSONObjectClaim("events")
                    .containsKey(REVOKED);
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }
}
