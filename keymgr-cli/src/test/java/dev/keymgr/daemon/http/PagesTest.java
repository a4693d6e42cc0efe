package dev.keymgr.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What operators and their tools see. */
final class PagesTest {
    @Test
    void saysThatItLives() throws IOException {
        try (Served served = Served.withTwoScopes();
                RawClient client = served.connect()) {
            RawClient.Answer answer = client.get("/healthz");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("content-type")).isEqualTo("application/json");
            assertThat(answer.header("cache-control")).isEqualTo("no-store");
            assertThat(answer.body()).isEqualTo("{\"ok\":true,\"reasons\":[]}");
        }
    }

    @Test
    void saysWhyItIsNotReady() throws IOException {
        try (Served served = Served.withTwoScopes();
                RawClient client = served.connect()) {
            assertThat(client.get("/readyz").status()).isEqualTo(200);

            served.site.readiness = new Health(false, List.of("token \"consumer\" is down"));

            RawClient.Answer answer = client.get("/readyz");
            assertThat(answer.status()).isEqualTo(503);
            assertThat(answer.body()).isEqualTo("{\"ok\":false,\"reasons\":[\"token \\\"consumer\\\" is down\"]}");
            assertThat(client.get("/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void servesMetricsAsPrometheusReadsThem() throws IOException {
        try (Served served = Served.withTwoScopes();
                RawClient client = served.connect()) {
            RawClient.Answer answer = client.get("/metrics");

            assertThat(answer.header("content-type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
            assertThat(answer.body()).isEqualTo("keymgr_up 1\n");
        }
    }

    @Test
    void servesTheDashboardUnderAStrictPolicy() throws IOException {
        try (Served served = Served.withTwoScopes();
                RawClient client = served.connect()) {
            RawClient.Answer answer = client.get("/");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("content-type")).isEqualTo("text/html; charset=utf-8");
            assertThat(answer.header("content-security-policy")).isEqualTo(SmallSite.POLICY);
            assertThat(answer.header("x-frame-options")).isEqualTo("DENY");
            assertThat(answer.header("referrer-policy")).isEqualTo("no-referrer");
            assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
            assertThat(client.ask("POST", "/", "Content-Length: 0").status()).isEqualTo(405);
        }
    }

    @Test
    void refusesAPolicyThatLetsThingsIn() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Page(new byte[0], "script-src *"));
        assertThatIllegalArgumentException().isThrownBy(() -> new Page(new byte[0], "default-src 'none'\r\nX: y"));
    }

    @Test
    void tellsOfEachAnswerUnderNamesItKnows() throws IOException {
        try (Served served = Served.withTwoScopes();
                RawClient client = served.connect()) {
            client.get("/consumer/jwks.json");
            client.get("/consumer/jwks.json", "If-None-Match: *");
            client.ask("POST", "/consumer/jwks.json", "Content-Length: 0");
            client.get("/enterprise/.well-known/openid-configuration");
            client.get("/made-up/jwks.json");
            client.get("/readyz");

            assertThat(served.requests)
                    .containsExactly(
                            "consumer jwks 200",
                            "consumer jwks 304",
                            "consumer jwks 405",
                            "enterprise discovery 200",
                            " other 404",
                            " readiness 200");
        }
    }

    @Test
    void keepsAFailureToItself() throws IOException {
        try (Served served = Served.withTwoScopes();
                RawClient client = served.connect()) {
            served.site.metrics = () -> {
                throw new IllegalStateException("secret of the house");
            };

            RawClient.Answer answer = client.get("/metrics");

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).isEqualTo("{\"error\":\"server error\"}");
            assertThat(client.get("/consumer/jwks.json").status()).isEqualTo(200);
        }
    }
}
