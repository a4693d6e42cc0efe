package dev.keymgr.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.testkit.SteppedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are changed under the watch, look by look. */
final class CertificateWatchTest {
    private final List<String> troubles = new ArrayList<>();
    private Path chain = Path.of("");
    private Path key = Path.of("");

    @BeforeEach
    void nameTheFiles(@TempDir Path folder) {
        chain = folder.resolve("chain.pem");
        key = folder.resolve("key.pem");
    }

    private CertificateWatch watch() {
        return new CertificateWatch(new TlsFiles(chain, key, Duration.ofSeconds(1)), new SteppedClock(), troubles::add);
    }

    private void write(TestCertificate certificate) {
        certificate.writeCertificate(chain);
        certificate.writeKey(key);
    }

    private static long shown(CertificateWatch watch) {
        ReplaceableIdentity identity = watch.identity();
        for (String keyType : List.of("EC", "RSA")) {
            String alias = identity.chooseEngineServerAlias(keyType, null, null);
            if (alias != null) {
                X509Certificate[] chain = Objects.requireNonNull(identity.getCertificateChain(alias));
                return chain[0].getSerialNumber().longValueExact();
            }
        }
        return -1;
    }

    @Test
    void keepsTheCertificateWhenTheNewOneIsUselessAndSaysSoOnce() throws IOException {
        write(TestCertificate.of("EC", 1));
        CertificateWatch watch = watch();

        TestCertificate.of("EC", 2).writeCertificate(chain);
        watch.look();
        assertThat(troubles).as("the key may be about to follow").isEmpty();
        watch.look();
        watch.look();
        assertThat(troubles).hasSize(1);
        assertThat(troubles.get(0))
                .contains("key.pem holds another key than that of the certificate in")
                .endsWith("chain.pem; the one in use stays");

        Files.writeString(chain, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        watch.look();
        watch.look();
        assertThat(troubles).hasSize(2).last().asString().contains("has a certificate that cannot be read");

        TestCertificate.of("EC", 3).writeCertificate(chain);
        Files.delete(key);
        watch.look();
        watch.look();
        assertThat(troubles).hasSize(3).last().asString().contains("key.pem cannot be read");
        assertThat(shown(watch)).isEqualTo(1);
    }

    @Test
    void waitsForBothFilesOfARenewal() {
        write(TestCertificate.of("EC", 1));
        CertificateWatch watch = watch();
        TestCertificate next = TestCertificate.of("RSA", 2);

        next.writeCertificate(chain);
        watch.look();
        assertThat(shown(watch)).isEqualTo(1);

        next.writeKey(key);
        watch.look();
        assertThat(shown(watch)).isEqualTo(2);
        assertThat(troubles).isEmpty();
    }

    @Test
    void prefersTheCertificateInUseToOneThatHasEnded() {
        write(TestCertificate.of("EC", 1));
        CertificateWatch watch = watch();

        write(TestCertificate.valid("EC", 2, SteppedClock.START.minus(Duration.ofDays(31))));
        watch.look();
        watch.look();

        assertThat(shown(watch)).isEqualTo(1);
        assertThat(troubles).containsExactly("the TLS certificate ended at 2026-02-28T12:00:00Z; the one in use stays");
    }

    @Test
    void startsWithACertificateThatHasEndedAndSaysSo() {
        write(TestCertificate.valid("EC", 9, SteppedClock.START.minus(Duration.ofDays(31))));

        assertThat(shown(watch())).isEqualTo(9);
        assertThat(troubles).containsExactly("the TLS certificate ended at 2026-02-28T12:00:00Z");
    }

    @Test
    void finishesAHandshakeWithTheIdentityItBeganWith() {
        write(TestCertificate.of("EC", 1));
        CertificateWatch watch = watch();
        ReplaceableIdentity identity = watch.identity();
        String alias = Objects.requireNonNull(identity.chooseEngineServerAlias("EC", null, null));
        Object begunWith = identity.getPrivateKey(alias);

        write(TestCertificate.of("EC", 2));
        watch.look();

        assertThat(shown(watch)).isEqualTo(2);
        assertThat(identity.getPrivateKey(alias)).isSameAs(begunWith);
        assertThat(identity.chooseEngineServerAlias("RSA", null, null)).isNull();
    }
}
