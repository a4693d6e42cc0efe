package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.RunningDaemon;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The daemon as a process, on the real clock: it rotates, serves, says what is wrong, and comes back by itself. */
class DaemonIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String LISTEN = "listen: 127.0.0.1:0\n";

    @TempDir
    private Path folder;

    private DemoFolder demo;

    @BeforeEach
    void begin() {
        demo = DemoFolder.withoutKeys(folder.resolve("demo"));
        DemoFolder.write(demo.config(), DemoFolder.read(demo.config()) + "\ndaemon:\n  listen: 127.0.0.1:0\n");
    }

    @AfterEach
    void end() {
        demo.close();
    }

    private RunningDaemon daemon(String... arguments) {
        return RunningDaemon.start(demo.keymgr(), arguments);
    }

    private long activations() {
        return demo.query("SELECT sequence FROM audit_record WHERE action = 'key.activated' AND scope = 'consumer'")
                .size();
    }

    @Test
    void servesTheRecordedBytesAndNothingThatSpansScopes() {
        try (RunningDaemon daemon = daemon().ready()) {
            HttpResponse<String> jwks = daemon.get("/consumer/jwks.json");
            assertThat(jwks.statusCode()).isEqualTo(200);
            assertThat(jwks.headers().firstValue("content-type")).hasValue("application/jwk-set+json");
            assertThat(jwks.headers().firstValue("cache-control").orElseThrow()).matches("public, max-age=[12]");
            assertThat(jwks.body()).doesNotContain("\"d\":");
            assertThat(daemon.get("/consumer/.well-known/openid-configuration").body())
                    .contains("\"issuer\":\"https://login.example/consumer\"");
            assertThat(daemon.get("/jwks.json").statusCode()).isEqualTo(404);
            assertThat(daemon.get("/metrics").body())
                    .contains("keymgr_active_key_age_seconds{algorithm=\"ES256\",scope=\"consumer\"}");
            assertThat(daemon.get("/").body())
                    .contains("consumer")
                    .contains("enterprise")
                    .contains("<svg");
            await().atMost(SOON).untilAsserted(() -> demo.keymgr().expect(0, "watch", "--once"));
        }
    }

    @Test
    @Tag("long")
    void comesBackWhenTheTokensServerIsKilledOrHangs() {
        demo.edit(LISTEN, LISTEN + "  call-timeout: 2s\n");
        try (RunningDaemon daemon = daemon().ready()) {
            demo.killServer("consumer-a");
            demo.killServer("consumer-b");
            long before = activations();
            await().atMost(SOON).until(() -> activations() > before);
            daemon.ready();

            demo.freezeServer("consumer-a");
            demo.freezeServer("consumer-b");
            await().atMost(SOON).until(() -> daemon.log().contains("did not answer within 2s"));
            await().atMost(SOON).until(() -> !daemon.isReady());
            assertThat(daemon.get("/consumer/jwks.json").statusCode()).isEqualTo(200);
            demo.thawServer("consumer-a");
            demo.thawServer("consumer-b");
            daemon.ready();
        }
    }

    @Test
    @Tag("long")
    void takesASoundConfigurationAtHangupAndKeepsTheOldOneElse() {
        try (RunningDaemon daemon = daemon().ready()) {
            demo.edit(LISTEN, LISTEN + "  call-timeout: soon\n");
            daemon.signal("HUP");
            await().atMost(SOON).until(() -> daemon.log().contains("the old one stands"));
            daemon.ready();

            demo.edit(
                    "call-timeout: soon",
                    "call-timeout: 30s\n  webhooks: [{ name: crew, url: 'https://crew.example/', secret-source: 'file:none' }]");
            daemon.signal("HUP");
            await().atMost(SOON).until(() -> daemon.log().contains("has no secret to sign with"));
            daemon.ready();
            long before = activations();
            await().atMost(SOON).until(() -> activations() > before);

            demo.edit("\n  webhooks: [{ name: crew, url: 'https://crew.example/', secret-source: 'file:none' }]", "");
            daemon.signal("HUP");
            await().atMost(SOON).until(() -> daemon.log().contains("the configuration was taken"));
        }
    }

    @Test
    void aSecondDaemonStandsByAndTakesOverWhenTheFirstIsKilled() {
        // A lease of 6 s: a busy machine does not hand the work over before its time.
        demo.edit("period: 1s", "period: 16s");
        demo.edit("missed: 2", "missed: 0");
        try (RunningDaemon first = daemon("--name", "one").ready();
                RunningDaemon second = daemon("--name", "two").ready()) {
            assertThat(second.log()).doesNotContain("this daemon works");
            assertThat(second.get("/consumer/jwks.json").statusCode()).isEqualTo(200);
            first.killed();
            await().atMost(SOON).until(() -> second.log().contains("this daemon works"));
            long before = activations();
            await().atMost(SOON).until(() -> activations() > before);
            second.ready();
            assertThat(second.stopped().exit()).isIn(0, 143);
        }
        demo.requireSound();
    }
}
