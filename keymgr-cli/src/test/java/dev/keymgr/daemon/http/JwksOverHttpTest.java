package dev.keymgr.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.testkit.SteppedClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a relying party sees, byte for byte. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class JwksOverHttpTest {
    private static final String PATH = "/consumer/jwks.json";

    private final Served served = Served.withTwoScopes();

    @AfterAll
    void stop() {
        served.close();
    }

    private ServedDocument consumer() {
        return served.site.document("consumer", Kind.JWKS).orElseThrow();
    }

    @Test
    void servesTheDocumentWithItsTagAndAge() throws IOException {
        try (RawClient client = served.connect()) {
            RawClient.Answer answer = client.get(PATH);

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(new String(consumer().bytes(), StandardCharsets.UTF_8));
            assertThat(answer.header("content-type")).isEqualTo("application/jwk-set+json");
            assertThat(answer.header("etag")).isEqualTo(consumer().etag()).startsWith("\"");
            assertThat(answer.header("cache-control")).isEqualTo("public, max-age=300");
            assertThat(answer.header("access-control-allow-origin")).isEqualTo("*");
            assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
            assertThat(answer.header("vary")).isEqualTo("Accept-Encoding");
            assertThat(answer.headers()).containsKey("date").doesNotContainKeys("server", "x-powered-by");
        }
    }

    @Test
    void servesEachScopeItsOwn() throws IOException {
        try (RawClient client = served.connect()) {
            assertThat(client.get(PATH).body()).contains("consumer").doesNotContain("enterprise");
            assertThat(client.get("/enterprise/jwks.json").body())
                    .contains("enterprise")
                    .doesNotContain("consumer");
        }
    }

    @Test
    void servesTheConfigurationThatLeadsToTheKeys() throws IOException {
        try (RawClient client = served.connect()) {
            RawClient.Answer answer = client.get("/consumer/.well-known/openid-configuration");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("content-type")).isEqualTo("application/json");
            assertThat(answer.header("cache-control")).isEqualTo("public, max-age=600");
            assertThat(answer.body()).isEqualTo("{\"issuer\":\"https://login.example/consumer\"}");
        }
    }

    @Test
    void doesNotCompressWhatFitsInOnePacket() throws IOException {
        try (RawClient client = served.connect()) {
            assertThat(client.get("/consumer/.well-known/openid-configuration", "Accept-Encoding: gzip")
                            .headers())
                    .doesNotContainKeys("content-encoding", "vary");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%s", "W/%s", "\"x\", %s", "\"x,y\",W/\"z\" , %s,", "*", " * ", ",,%s"})
    void saysNotModifiedToAClientThatHasIt(String condition) throws IOException {
        try (RawClient client = served.connect()) {
            RawClient.Answer answer = client.get(
                    PATH,
                    "If-None-Match: " + String.format(condition, consumer().etag()));

            assertThat(answer.status()).isEqualTo(304);
            assertThat(answer.header("etag")).isEqualTo(consumer().etag());
            assertThat(answer.header("cache-control")).isEqualTo("public, max-age=300");
            assertThat(answer.header("vary")).isEqualTo("Accept-Encoding");
            assertThat(answer.headers()).doesNotContainKeys("content-type", "content-encoding");
            assertThat(answer.header("content-length"))
                    .as("of what a 200 would have brought; anything else is forbidden")
                    .isEqualTo(Integer.toString(consumer().bytes().length));
            assertThat(client.get(PATH).status()).as("the connection goes on").isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"x\"", "%s-", "unquoted, %s", "\"open, %s", "W/", "**", "w/%s"})
    void sendsTheDocumentWhenTheTagIsAnotherOrNone(String condition) throws IOException {
        String etag = consumer().etag();
        try (RawClient client = served.connect()) {
            String value = String.format(condition, condition.equals("%s-") ? etag.substring(0, 20) + "\"" : etag);

            assertThat(client.get(PATH, "If-None-Match: " + value).status()).isEqualTo(200);
        }
    }

    @Test
    void readsConditionsFromSeveralLines() throws IOException {
        try (RawClient client = served.connect()) {
            assertThat(client.get(
                                    PATH,
                                    "If-None-Match: \"x\"",
                                    "If-None-Match: " + consumer().etag())
                            .status())
                    .isEqualTo(304);
        }
    }

    @Test
    void answersHeadAsGetWithoutTheContent() throws IOException {
        try (RawClient client = served.connect()) {
            RawClient.Answer head = client.ask("HEAD", PATH);
            RawClient.Answer get = client.get(PATH);

            assertThat(head.status()).isEqualTo(200);
            assertThat(head.headers().keySet()).isEqualTo(get.headers().keySet());
            assertThat(head.header("content-length"))
                    .isEqualTo(Integer.toString(get.body().length()));
            assertThat(head.header("etag")).isEqualTo(get.header("etag"));
            assertThat(client.ask("HEAD", PATH, "If-None-Match: " + get.header("etag"))
                            .status())
                    .isEqualTo(304);
        }
    }

    @Test
    void compressesUnderATagOfItsOwn() throws IOException {
        try (RawClient client = served.connect()) {
            RawClient.Answer small = client.get(PATH, "Accept-Encoding: gzip, deflate, br");

            assertThat(small.header("content-encoding")).isEqualTo("gzip");
            assertThat(small.header("vary")).isEqualTo("Accept-Encoding");
            byte[] compressed = small.body().getBytes(StandardCharsets.ISO_8859_1);
            assertThat(compressed).hasSizeLessThan(consumer().bytes().length);
            assertThat(small.header("etag")).isNotEqualTo(consumer().etag()).isEqualTo(JwksDocument.etagOf(compressed));
            assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed)).readAllBytes())
                    .isEqualTo(consumer().bytes());

            String itsTag = "If-None-Match: " + small.header("etag");
            assertThat(client.get(PATH, "Accept-Encoding: gzip", itsTag).status())
                    .isEqualTo(304);
            assertThat(client.get(PATH, itsTag).status())
                    .as("who wants it uncompressed has not got it yet")
                    .isEqualTo(200);
        }
    }

    @Test
    void keepsCachesForAShorterTimeAsTheEndComesNearer() throws IOException {
        served.site.documents.replace(
                "ending",
                List.of(new ServedDocument(
                        Kind.JWKS,
                        SmallSite.utf8("{\"keys\":[]}"),
                        now -> Duration.between(now, SteppedClock.START.plusMillis(9_900)))));
        try (RawClient client = served.connect()) {
            assertThat(client.get("/ending/jwks.json").header("cache-control")).isEqualTo("public, max-age=9");
            served.clock.advance(Duration.ofSeconds(4));
            assertThat(client.get("/ending/jwks.json").header("cache-control")).isEqualTo("public, max-age=5");
            served.clock.advance(Duration.ofSeconds(90));
            assertThat(client.get("/ending/jwks.json").header("cache-control")).isEqualTo("public, max-age=0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"})
    void changesNothingOverHttp(String method) throws IOException {
        try (RawClient client = served.connect()) {
            RawClient.Answer answer = client.ask(method, PATH, "Content-Length: 0");

            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("allow")).isEqualTo("GET, HEAD");
            assertThat(answer.body()).isEqualTo("{\"error\":\"method not allowed\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/jwks.json",
                "//jwks.json",
                "/consumer",
                "/consumer/",
                "/consumer/jwks.json/",
                "/consumer//jwks.json",
                "/consumer/JWKS.json",
                "/consumer/jwks.json;v=1",
                "/consumer%2fjwks.json",
                "/%63onsumer/jwks.json",
                "/enterprise/../consumer/jwks.json",
                "/enterprise/%2e%2e/consumer/jwks.json",
                "/enterprise/..;/consumer/jwks.json",
                "/consumer,enterprise/jwks.json",
                "/*/jwks.json",
                "/unknown/jwks.json",
                "/unknown/.well-known/openid-configuration",
                "/.well-known/openid-configuration",
                "/healthz/",
                "/favicon.ico"
            })
    void knowsNoOtherPath(String path) throws IOException {
        try (RawClient client = served.connect()) {
            RawClient.Answer answer = client.get(path);

            assertThat(answer.status()).isIn(400, 404);
            assertThat(answer.body()).isIn("{\"error\":\"not found\"}", "{\"error\":\"bad request\"}");
            assertThat(answer.header("cache-control")).isEqualTo("no-store");
        }
    }
}
