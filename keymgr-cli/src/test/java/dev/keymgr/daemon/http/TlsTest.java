package dev.keymgr.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TLS with real handshakes, and a certificate that is renewed while the server runs. */
final class TlsTest {
    private Path chain = Path.of("");
    private Path key = Path.of("");

    @BeforeEach
    void nameTheFiles(@TempDir Path folder) {
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
    }

    @ParameterizedTest
    @CsvSource({"EC,HTTP_2", "EC,HTTP_1_1", "RSA,HTTP_2", "RSA,HTTP_1_1"})
    void speaksBothVersionsOverTls(String keyAlgorithm, HttpClient.Version version)
            throws IOException, InterruptedException, GeneralSecurityException {
        TestCertificate certificate = TestCertificate.valid(keyAlgorithm, 1, Instant.now());
        certificate.writeCertificate(chain);
        certificate.writeKey(key);
        try (Served served = Served.overTls(chain, key)) {
            HttpClient client = HttpClient.newBuilder()
                    .version(version)
                    .sslContext(trusting(certificate.certificate()))
                    .build();

            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(
                                    URI.create("https://localhost:" + served.server.port() + "/consumer/jwks.json"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());

            assertThat(response.version()).isEqualTo(version);
            assertThat(response.body()).contains("consumer");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA"})
    void readsKeysAsOlderToolsWriteThem(String keyAlgorithm) throws IOException, GeneralSecurityException {
        TestCertificate certificate = TestCertificate.of(keyAlgorithm, 7);
        certificate.writeCertificate(chain);
        certificate.writeOldKey(key);
        assertThat(Files.readString(key)).contains("BEGIN " + keyAlgorithm + " PRIVATE KEY");
        try (Served served = Served.overTls(chain, key)) {
            assertThat(serialShown(served)).isEqualTo(7);
        }
    }

    @Test
    void takesOverARenewedCertificateWithoutDroppingAnyone() throws IOException, GeneralSecurityException {
        write(TestCertificate.of("EC", 1));
        try (Served served = Served.overTls(chain, key);
                SSLSocket open = handshake(served)) {
            write(TestCertificate.of("RSA", 2));

            await().atMost(Duration.ofSeconds(20)).until(() -> serialShown(served) == 2);
            open.getOutputStream().write(SmallSite.utf8("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            assertThat(new String(open.getInputStream().readNBytes(15), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200 OK");
        }
    }

    @Test
    void doesNotStartWithFilesThatDoNotFit() throws IOException {
        TestCertificate.of("EC", 1).writeCertificate(chain);
        assertThatThrownBy(this::start).isInstanceOf(KeymgrException.class).hasMessageContaining("cannot be read");

        TestCertificate.of("EC", 2).writeKey(key);
        assertThatThrownBy(this::start).hasMessageContaining("holds another key");

        Files.writeString(key, "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        assertThatThrownBy(this::start).hasMessageContaining("it is encrypted");

        Files.writeString(chain, "");
        assertThatThrownBy(this::start).hasMessageContaining("has no certificate");

        TestCertificate one = TestCertificate.of("EC", 3);
        one.writeKey(key);
        one.writeCertificate(chain);
        Files.writeString(chain, Files.readString(chain) + "x".repeat(300_000));
        assertThatThrownBy(this::start).hasMessageContaining("is longer than");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw-rw----", "r-----r--"})
    void doesNotStartWithAKeyThatOthersCanUse(String mode) throws IOException {
        write(TestCertificate.of("EC", 1));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(mode));

        assertThatThrownBy(this::start)
                .isInstanceOf(KeymgrException.class)
                .hasMessageContaining("may be used by others; run: chmod 600 " + key);
    }

    @Test
    void takesAKeyThatAnotherUserLendsToOurGroup() throws IOException {
        assumeTrue(new UnixSystem().getUid() == 0, "only root can give files away");
        write(TestCertificate.of("EC", 1));
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        Files.setAttribute(key, "unix:uid", 1);

        assertThatNoException().isThrownBy(this::start);
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThatThrownBy(this::start).hasMessageContaining("run: chmod 640 " + key);
    }

    @Test
    void doesNotSpeakInClear() throws IOException {
        write(TestCertificate.of("EC", 1));
        try (Served served = Served.overTls(chain, key);
                RawClient client = served.connect()) {
            client.send("GET /consumer/jwks.json HTTP/1.1\r\nHost: localhost\r\n\r\n");

            assertThatThrownBy(client::read).isInstanceOf(Exception.class);
        }
    }

    private void start() {
        Served.overTls(chain, key).close();
    }

    private void write(TestCertificate certificate) {
        certificate.writeCertificate(chain);
        certificate.writeKey(key);
    }

    private static long serialShown(Served served) throws IOException, GeneralSecurityException {
        try (SSLSocket socket = handshake(served)) {
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSerialNumber()
                    .longValueExact();
        }
    }

    /** With a context of its own each time, since a resumed session shows the certificate of before. */
    private static SSLSocket handshake(Served served) throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Trusting()}, null);
        SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), served.server.port());
        socket.setSoTimeout(20_000);
        socket.startHandshake();
        return socket;
    }

    private static SSLContext trusting(X509Certificate certificate) throws IOException, GeneralSecurityException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        anchors.setCertificateEntry("server", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(anchors);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** This test looks at certificates; it does not judge them. */
    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
