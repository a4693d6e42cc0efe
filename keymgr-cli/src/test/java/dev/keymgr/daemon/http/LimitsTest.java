package dev.keymgr.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.keymgr.jwks.JwksDocument;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Clients that mean no good, or are broken, cost little and are told little. */
final class LimitsTest {
    private static final Duration SHORT = Duration.ofMillis(800);

    /** As short as a time can be within which an honest request is answered. */
    private static final Duration HONEST = Duration.ofSeconds(3);

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int JWKS_NEARLY_FULL = JwksDocument.BYTES_MAX;

    private static HttpLimits cutAfter(Duration request) {
        return Served.limits(1_024, LONG, request, null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NONSENSE\r\n\r\n",
                "GET /consumer/jwks.json HTTP/1.1\r\n\r\n",
                "GET /consumer/jwks.json HTTP/9.9\r\nHost: x\r\n\r\n",
                "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\n folded: y\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n"
            })
    void tellsLittleToWhoMakesNoSense(String request) throws IOException {
        try (Served served = Served.withTwoScopes();
                RawClient client = served.connect()) {
            client.send(request);
            RawClient.Answer answer = client.read();

            assertThat(answer.status()).isBetween(400, 505);
            assertThat(answer.body()).matches("\\{\"error\":\"[a-z ]+\"}");
            assertThat(answer.headers().toString() + answer.body()).doesNotContainIgnoringCase("jetty");
            assertThat(answer.headers()).doesNotContainKey("server");
            assertThat(client.isClosedInSilence()).isTrue();
        }
    }

    /** A stranger who cannot be throttled must not fill a disk. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: mallory was here\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: [mallory\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x:mallory\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: mallory\r\nHost: mallory\r\n\r\n",
                "CONNECT mallory@x:y HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: mallory0AAAA\r\n\r\n"
            })
    void logsNothingOfWhatAStrangerSays(String request) throws IOException {
        Logger root = ((LoggerContext) LoggerFactory.getILoggerFactory()).getLogger(Logger.ROOT_LOGGER_NAME);
        List<ILoggingEvent> logged = new CopyOnWriteArrayList<>();
        AppenderBase<ILoggingEvent> listening = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                logged.add(event);
            }
        };
        listening.start();
        root.addAppender(listening);
        try (Served served = Served.withTwoScopes();
                RawClient client = served.connect()) {
            client.send(request);

            assertThat(client.read().status()).isBetween(200, 505);
            assertThat(logged).noneMatch(event -> event.getFormattedMessage().contains("mallory"));
        } finally {
            root.detachAppender(listening);
        }
    }

    @Test
    void refusesAHeadThatIsTooLong() throws IOException {
        try (Served served = Served.withTwoScopes();
                RawClient client = served.connect()) {
            RawClient.Answer answer = client.get("/consumer/jwks.json", "X-Long: " + "x".repeat(9_000));

            assertThat(answer.status()).isEqualTo(431);
            assertThat(answer.body()).isEqualTo("{\"error\":\"request header fields too large\"}");
            assertThat(served.requests).containsExactly(" other 431");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_100, 9_000})
    void refusesAnAddressThatIsTooLong(int length) throws IOException {
        try (Served served = Served.withTwoScopes();
                RawClient client = served.connect()) {
            assertThat(client.get("/consumer/jwks.json?" + "x".repeat(length)).status())
                    .isEqualTo(414);
        }
    }

    @Test
    void cutsAClientThatSendsItsHeadByteByByte() throws IOException {
        try (Served served = Served.with(cutAfter(SHORT));
                RawClient client = served.connect()) {
            client.send("GET /consumer/jwks.json HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");

            assertThat(client.isCutWhileSaying((byte) 'a')).isTrue();
        }
    }

    @Test
    void cutsThatClientAlsoAfterAnHonestRequest() throws IOException {
        try (Served served = Served.with(cutAfter(HONEST));
                RawClient client = served.connect()) {
            assertThat(client.get("/consumer/jwks.json").status()).isEqualTo(200);
            client.send("GET /consumer/jwks.json HTTP/1.1\r\nX-Slow: ");

            assertThat(client.isCutWhileSaying((byte) 'a')).isTrue();
        }
    }

    @Test
    void cutsAClientThatConnectsAndSaysNothing() throws IOException {
        try (Served served = Served.with(cutAfter(SHORT));
                RawClient client = served.connect()) {
            assertThat(client.isClosedInSilence()).isTrue();
        }
    }

    @Test
    void cutsAClientThatAsksAndDoesNotRead() throws IOException {
        try (Served served = Served.with(cutAfter(SHORT));
                RawClient client = served.connect()) {
            byte[] noise = new byte[JWKS_NEARLY_FULL];
            new Random(1).nextBytes(noise);
            served.site.documents.replace("noise", List.of(new ServedDocument(Kind.JWKS, noise, now -> Duration.ZERO)));
            // 50 MB, more than socket buffers take.
            client.send("GET /noise/jwks.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1_000));

            await().atMost(Duration.ofSeconds(20)).until(() -> {
                try {
                    client.send((byte) 'G');
                    return false;
                } catch (SocketException e) {
                    return true;
                }
            });
        }
    }

    @Test
    void letsAnIdleButHonestClientStay() throws IOException {
        try (Served served = Served.with(cutAfter(HONEST));
                RawClient honest = served.connect();
                RawClient silent = served.connect()) {
            assertThat(honest.get("/healthz").status()).isEqualTo(200);
            // By the time that the silent one is cut, the honest one has been idle for as long.
            assertThat(silent.isClosedInSilence()).isTrue();

            assertThat(honest.get("/healthz").status()).isEqualTo(200);
        }
    }

    @Test
    void closesAnIdleConnection() throws IOException {
        try (Served served = Served.with(Served.limits(1_024, HONEST, LONG, null));
                RawClient client = served.connect()) {
            assertThat(client.get("/healthz").status()).isEqualTo(200);

            assertThat(client.isClosedInSilence()).isTrue();
        }
    }

    /**
     * Pings alone keep no connection.
     *
     * @see <a href="https://www.rfc-editor.org/rfc/rfc9113#name-ping">RFC 9113, section 6.7</a>
     */
    @Test
    void closesAnHttp2ConnectionThatOnlyPings() throws IOException {
        HttpLimits limits = Served.limits(1_024, Duration.ofMillis(500), Duration.ofMillis(200), null);
        try (Served served = Served.with(limits);
                RawClient client = served.connect()) {
            ByteArrayOutputStream start = new ByteArrayOutputStream();
            start.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            start.writeBytes(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
            client.send(start.toByteArray());

            byte[] ping = {0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
            assertThat(client.isCutWhileSaying(ping)).isTrue();
        }
    }

    @Test
    void tellsWhoAsksTooOftenWhenToComeBack() throws IOException {
        HttpLimits limits = Served.limits(1_024, LONG, LONG, new RequestRate(1, 3));
        try (Served served = Served.with(limits);
                RawClient client = served.connect()) {
            client.send("GET /consumer/jwks.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(20));
            List<RawClient.Answer> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                answers.add(client.read());
            }

            assertThat(answers.subList(0, 3)).allMatch(answer -> answer.status() == 200);
            RawClient.Answer refusal = answers.stream()
                    .filter(answer -> answer.status() == 429)
                    .findFirst()
                    .orElseThrow();
            assertThat(refusal.header("retry-after")).isEqualTo("1");
            assertThat(refusal.body()).isEqualTo("{\"error\":\"too many requests\"}");
        }
    }

    @Test
    void givesOneAddressOnlySoManyConnections() throws IOException {
        try (Served served = Served.with(Served.limits(2, LONG, LONG, null));
                RawClient first = served.connect();
                RawClient second = served.connect()) {
            assertThat(first.get("/healthz").status()).isEqualTo(200);
            assertThat(second.get("/healthz").status()).isEqualTo(200);
            try (RawClient third = served.connect()) {
                assertThat(third.isClosedInSilence()).isTrue();
            }

            first.hangUp();

            await().atMost(Duration.ofSeconds(20)).until(() -> isServed(served));
            assertThat(second.get("/healthz").status()).isEqualTo(200);
        }
    }

    private static boolean isServed(Served served) throws IOException {
        try (RawClient another = served.connect()) {
            return another.get("/healthz").status() == 200;
        } catch (EOFException | SocketException e) {
            return false;
        }
    }
}
