package dev.keymgr.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be posted, by whom, and how much of it. */
@Timeout(60)
final class PostsTest {
    private static final String PATH = "/consumer/events/files";
    private static final String KNOWN = "Authorization: Bearer known\r\n";
    private static final String JSON = "Content-Type: application/json\r\n";

    private static String post(String headers, String body) {
        return "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\n" + headers + "Content-Length: " + body.length()
                + "\r\n\r\n" + body;
    }

    private static RawClient.Answer answer(Served served, String request) throws IOException {
        try (RawClient client = served.connect()) {
            client.send(request);
            return client.read();
        }
    }

    @Test
    void takesWhatARecognisedClientPosts() throws IOException {
        try (Served served = Served.withTwoScopes()) {
            RawClient.Answer answer = answer(served, post(KNOWN + JSON, "{\"ack\":[]}"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"ack\":[]}");
            assertThat(answer.header("cache-control")).isEqualTo("no-store");
            assertThat(served.requests).containsExactly("consumer events 200");
        }
    }

    @Test
    void takesABodyThatComesInPieces() throws IOException {
        try (Served served = Served.withTwoScopes()) {
            String chunked = "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\n" + KNOWN + JSON
                    + "Transfer-Encoding: chunked\r\n\r\n";

            assertThat(answer(served, chunked + "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n").body())
                    .isEqualTo("{}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Authorization: Bearer other\r\n", "Authorization: Basic known\r\n"})
    void tellsAStrangerNothing(String header) throws IOException {
        try (Served served = Served.withTwoScopes()) {
            RawClient.Answer answer = answer(served, post(header + JSON, "{}"));

            assertThat(answer.status()).isEqualTo(401);
            assertThat(answer.header("www-authenticate")).isEqualTo("Bearer");
            assertThat(answer.body()).isEqualTo("{\"error\":\"unauthorized\"}");
            assertThat(served.requests).containsExactly(" events 401");
        }
    }

    @Test
    void answersAStrangerBeforeTheBodyHasCome() throws IOException {
        try (Served served = Served.withTwoScopes()) {
            assertThat(answer(served, "POST " + PATH + " HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n")
                            .status())
                    .isEqualTo(401);
        }
    }

    @Test
    void takesNothingByAnotherMethod() throws IOException {
        try (Served served = Served.withTwoScopes();
                RawClient client = served.connect()) {
            RawClient.Answer answer = client.get(PATH);

            assertThat(answer.status()).isEqualTo(405);
            assertThat(answer.header("allow")).isEqualTo("POST");
        }
    }

    @Test
    void takesJsonAlone() throws IOException {
        try (Served served = Served.withTwoScopes()) {
            assertThat(answer(served, post(KNOWN, "{}")).status()).isEqualTo(415);
            assertThat(answer(served, post(KNOWN + "Content-Type: text/plain\r\n", "{}"))
                            .status())
                    .isEqualTo(415);
            assertThat(answer(served, post(KNOWN + "Content-Type: Application/JSON; charset=utf-8\r\n", "{}"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void takesNoMoreThanItsBound() throws IOException {
        String most = "x".repeat(Posts.BODY_BYTES_MAX);
        try (Served served = Served.withTwoScopes()) {
            assertThat(answer(served, post(KNOWN + JSON, most)).status()).isEqualTo(200);
            assertThat(answer(served, post(KNOWN + JSON, most + "x")).status()).isEqualTo(413);
            String chunked = "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\n" + KNOWN + JSON
                    + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(most.length() + 1) + "\r\n" + most
                    + "x\r\n0\r\n\r\n";
            assertThat(answer(served, chunked).status()).isEqualTo(413);
        }
    }

    @Test
    void holdsUpNobodyWhileAnAnswerIsAwaited() throws IOException {
        try (Served served = Served.withTwoScopes()) {
            CompletableFuture<Intake.Reply> awaited = new CompletableFuture<>();
            served.site.intake = body -> awaited;
            List<RawClient> waiting = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                RawClient client = served.connect();
                client.send(post(KNOWN + JSON, "{}"));
                waiting.add(client);
            }

            try (RawClient other = served.connect()) {
                assertThat(other.get("/consumer/jwks.json").status()).isEqualTo(200);
            }
            awaited.complete(new Intake.Reply(503, "{}"));
            for (RawClient client : waiting) {
                RawClient.Answer answer = client.read();
                assertThat(answer.status()).isEqualTo(503);
                assertThat(answer.header("retry-after")).isEqualTo("5");
                client.close();
            }
        }
    }
}
