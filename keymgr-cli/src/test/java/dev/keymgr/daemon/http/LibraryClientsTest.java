package dev.keymgr.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.jwks.JwksDocument;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The JDK's own client, in clear. */
final class LibraryClientsTest {
    private static final int CLIENTS = 8;
    private static final int REPLACEMENTS = 200;

    private static HttpResponse<byte[]> fetch(HttpClient client, Served served, String path, String... headers)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://localhost:" + served.server.port() + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void speaksBothVersionsInClear(HttpClient.Version version) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder().version(version).build();
        try (Served served = Served.withTwoScopes()) {
            fetch(client, served, "/healthz");

            HttpResponse<byte[]> response = fetch(client, served, "/consumer/jwks.json");

            assertThat(response.version()).isEqualTo(version);
            assertThat(response.headers().firstValue("etag")).contains(JwksDocument.etagOf(response.body()));
            assertThat(response.body())
                    .isEqualTo(served.site
                            .document("consumer", Kind.JWKS)
                            .orElseThrow()
                            .bytes());
            String etag = response.headers().firstValue("etag").orElseThrow();
            assertThat(fetch(client, served, "/consumer/jwks.json", "If-None-Match", etag)
                            .statusCode())
                    .isEqualTo(304);
            assertThat(fetch(client, served, "/unknown/jwks.json").statusCode()).isEqualTo(404);
        }
    }

    /** Law LastGoodDocumentStands, seen from outside: never half of one, never one under the tag of another. */
    @Test
    void showsOneWholeDocumentOrTheOtherWhileTheyAreReplaced()
            throws IOException, InterruptedException, ExecutionException {
        ExecutorService readers = Executors.newFixedThreadPool(CLIENTS);
        try (Served served = Served.with(Served.limits(1_024, Duration.ofMinutes(1), Duration.ofMinutes(1), null))) {
            Set<String> published = ConcurrentHashMap.newKeySet();
            published.add(served.site.publish("rolling", "first").etag());
            AtomicBoolean over = new AtomicBoolean();
            List<Future<Integer>> counts = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                HttpClient.Version version = i % 2 == 0 ? HttpClient.Version.HTTP_1_1 : HttpClient.Version.HTTP_2;
                counts.add(readers.submit(reader(served, version, published, over)));
            }
            HttpClient pace = HttpClient.newHttpClient();
            for (int i = 0; i < REPLACEMENTS; i++) {
                ServedDocument next =
                        SmallSite.jwks("{\"keys\":[],\"n\":" + i + ",\"x\":\"" + "y".repeat(i * 100) + "\"}");
                published.add(next.etag());
                served.site.documents.replace("rolling", List.of(next));
                fetch(pace, served, "/healthz");
            }
            over.set(true);
            for (Future<Integer> count : counts) {
                assertThat(count.get()).isPositive();
            }
        } finally {
            readers.shutdownNow();
        }
    }

    private static Callable<Integer> reader(
            Served served, HttpClient.Version version, Set<String> published, AtomicBoolean over) {
        HttpClient client = HttpClient.newBuilder().version(version).build();
        return () -> {
            int fetched = 0;
            while (!over.get() || fetched == 0) {
                HttpResponse<byte[]> response = fetch(client, served, "/rolling/jwks.json");
                assertThat(response.statusCode()).isEqualTo(200);
                String etag = response.headers().firstValue("etag").orElseThrow();
                assertThat(etag).isEqualTo(JwksDocument.etagOf(response.body()));
                assertThat(published).contains(etag);
                fetched++;
            }
            return fetched;
        };
    }
}
