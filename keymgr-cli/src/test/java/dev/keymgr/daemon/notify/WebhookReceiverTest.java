package dev.keymgr.daemon.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.config.DaemonConfig;
import dev.keymgr.config.DaemonConfig.Webhook;
import dev.keymgr.config.EventType;
import dev.keymgr.config.SecretSource;
import dev.keymgr.hsm.pin.PinSources;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WebhookReceiverTest {
    private static final String SENTINEL = "sentinel";
    private static final Notification NOTIFICATION =
            new Notification("7-0123456789abcdef", EventType.KEY_REVOKED, "{\"specversion\":\"1.0\",\"x\":\"é\"}");

    @TempDir
    private static Path origin;

    @TempDir
    private Path folder;

    private final Inbox inbox = new Inbox().up();
    private Office office;

    @BeforeAll
    static void found() {
        Office.found(origin);
    }

    @BeforeEach
    void open() throws IOException {
        office = new Office(folder, origin);
    }

    @AfterEach
    void close() {
        inbox.close();
        office.close();
    }

    @Test
    void signsSoThatTheReceiverCanVerify() throws Exception {
        Answer answer = office.webhook("crew", inbox).deliver(NOTIFICATION);

        assertThat(answer).isEqualTo(Answer.DELIVERED);
        Inbox.Letter letter = inbox.letters.get(0);
        assertThat(letter.header("Content-Type")).isEqualTo("application/cloudevents+json; charset=utf-8");
        assertThat(letter.header("webhook-timestamp"))
                .isEqualTo(Long.toString(office.clock.instant().getEpochSecond()));
        assertThat(letter.body()).isEqualTo(NOTIFICATION.json());
        assertThat(isGenuine(letter)).isTrue();
    }

    @Test
    void signsAnEventAsItIsWrittenIntoTheRecord() {
        Notifier notifier = office.notifier(office.webhook("crew", inbox));
        notifier.run();
        office.happens(AuditAction.KEY_PUBLISHED);
        notifier.run();

        assertThat(inbox.letters).singleElement().matches(WebhookReceiverTest::isGenuine);
        assertThat(inbox.letters.get(0).event()).containsEntry("id", inbox.ids().get(0));
    }

    @Test
    void waitsForNoAnswerThatDoesNotCome() throws Exception {
        try (ServerSocket deaf = new ServerSocket(0)) {
            Answer answer = receiver(deaf, Duration.ofSeconds(1)).deliver(NOTIFICATION);

            assertThat(answer).isEqualTo(Answer.failed("no answer within 1 s"));
        }
    }

    @Test
    void doesNotReadAnAnswerWithoutEnd() throws Exception {
        inbox.answering(exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream body = exchange.getResponseBody()) {
                while (true) {
                    body.write(new byte[8_192]);
                }
            }
        });

        assertThat(office.webhook("crew", inbox).deliver(NOTIFICATION)).isEqualTo(Answer.DELIVERED);
    }

    @Test
    void waitsForNoBodyThatTrickles() throws Exception {
        try (ServerSocket trickle = new ServerSocket(0)) {
            Thread server = new Thread(() -> {
                try (var socket = trickle.accept()) {
                    socket.getOutputStream()
                            .write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx".getBytes(StandardCharsets.US_ASCII));
                    socket.getInputStream().transferTo(OutputStream.nullOutputStream());
                } catch (IOException e) {
                    // The receiver was left.
                }
            });
            server.start();

            assertThat(receiver(trickle, Duration.ofSeconds(30)).deliver(NOTIFICATION))
                    .isEqualTo(Answer.DELIVERED);
        }
    }

    @Test
    void namesNeitherSecretNorAddressAnywhere() throws Exception {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        PrintStream both = new PrintStream(lines, true, StandardCharsets.UTF_8);
        System.setOut(both);
        System.setErr(both);
        try {
            WebhookReceiver crew = office.webhook("crew", inbox);
            Notifier notifier = office.notifier(crew);
            notifier.run();
            office.happens(AuditAction.KEY_PUBLISHED, AuditAction.KEY_ACTIVATED);
            inbox.answering(Inbox.status(500));
            notifier.run();
            office.clock.advance(Duration.ofMinutes(1));
            inbox.answering(Inbox.status(404));
            notifier.run();
            inbox.down();
            office.happens(AuditAction.KEY_RETIRED);
            notifier.run();

            assertThat(crew.toString()).isEqualTo("webhook:crew");
            assertThat(lines.toString(StandardCharsets.UTF_8).lines())
                    .filteredOn(line -> line.contains("webhook:crew"))
                    .hasSize(4);
            assertThat(lines.toString(StandardCharsets.UTF_8))
                    .doesNotContain(SENTINEL, "http:", "127.0.0.1", Office.SECRET.substring(6));
            assertThat(office.record().toString()).doesNotContain(SENTINEL).doesNotContain("127.0.0.1");
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "sentinel-without-a-prefix",
                "whsec_c2VudGluZWw=",
                "whsec_sentinel!sentinel!sentinel!sentinel",
                "whsec_séntinel",
                "whsec_",
                "whsec",
                "whsec_sentinelsentinelsentinelsentinelsentinelsentinelsentinelsentinelsentinelsentinelsentinelsentinel"
            })
    void refusesASecretOfAnotherFormWithoutRepeatingIt(String secret) {
        PinSources sources = new PinSources(folder, Map.of("SECRET", secret));

        assertThatThrownBy(() -> Receivers.of(config("env:SECRET"), sources::parse, office.clock))
                .isInstanceOfSatisfying(
                        KeymgrException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
                .satisfies(e -> assertThat(trace(e)).doesNotContain("ntinel"))
                .hasMessageContaining("webhook crew")
                .hasMessageContaining("env:SECRET");
    }

    @Test
    void saysWhichWebhookHasNoSecret() {
        PinSources sources = new PinSources(folder, Map.of());

        assertThatThrownBy(() -> Receivers.of(config("env:SECRET"), sources::parse, office.clock))
                .isInstanceOfSatisfying(
                        KeymgrException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
                .hasMessageContaining("webhook crew has no secret to sign with; nothing was sent");
    }

    @Test
    void makesAReceiverOfEachWebhookAndTheHook() {
        PinSources sources = new PinSources(folder, Map.of("SECRET", Office.SECRET));

        List<Receiver> receivers = Receivers.of(config("env:SECRET"), sources::parse, office.clock);

        assertThat(receivers).extracting(Receiver::name).containsExactly("webhook:crew", "hook");
        assertThat(receivers.get(0).wants(EventType.KEY_REVOKED)).isTrue();
        assertThat(receivers.get(0).wants(EventType.KEY_RETIRED)).isFalse();
        assertThat(receivers.get(1).wants(EventType.KEY_RETIRED)).isTrue();
        assertThat(Receivers.of(DaemonConfig.DEFAULT, sources::parse, office.clock))
                .isEmpty();
    }

    private WebhookReceiver receiver(ServerSocket at, Duration patience) {
        return office.webhook(
                "crew", URI.create("http://127.0.0.1:" + at.getLocalPort()), patience, EventType.values());
    }

    private static DaemonConfig config(String source) {
        Webhook webhook = new Webhook(
                "crew",
                URI.create("https://hooks.example"),
                new SecretSource(SecretSource.Kind.ENVIRONMENT, source.substring(4)),
                Set.of(EventType.KEY_REVOKED));
        return new DaemonConfig(
                DaemonConfig.DEFAULT.listen(),
                null,
                DaemonConfig.DEFAULT.limits(),
                DaemonConfig.DEFAULT.callTimeout(),
                List.of(webhook),
                List.of("/bin/true"));
    }

    /** As a receiver would, from the standard's words alone. */
    private static boolean isGenuine(Inbox.Letter letter) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(
                    "sentinel-sentinel-sentinel-01".getBytes(StandardCharsets.US_ASCII), "HmacSHA256"));
            mac.update((letter.id() + "." + letter.header("webhook-timestamp") + ".").getBytes(StandardCharsets.UTF_8));
            byte[] expected = mac.doFinal(letter.body().getBytes(StandardCharsets.UTF_8));
            byte[] given = Base64.getDecoder()
                    .decode(letter.header("webhook-signature").substring("v1,".length()));
            return MessageDigest.isEqual(expected, given);
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
