package dev.keymgr.daemon.http;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A certificate chain and the key that fits it, read from files. Immutable. */
final class PemIdentity {
    /** Of either file; a chain of five large certificates has a twentieth of it. */
    private static final int FILE_BYTES_MAX = 256 * 1024;

    private final List<X509Certificate> chain;
    private final PrivateKey key;

    private PemIdentity(List<X509Certificate> chain, PrivateKey key) {
        this.chain = chain;
        this.key = key;
    }

    /**
     * Reads both files and proves that they belong together.
     *
     * @throws KeymgrException when a file cannot be read or is not what it should be, others may use the key, the chain is out of order, or the key is
     *     not the certificate's
     */
    static PemIdentity read(TlsFiles files) {
        requirePrivate(files.key());
        List<X509Certificate> chain = chain(files.certificates());
        PublicKey publicKey = chain.get(0).getPublicKey();
        try {
            PrivateKey key = PemKey.parse(new String(bytes(files.key()), StandardCharsets.ISO_8859_1), publicKey);
            if (belong(key, publicKey)) {
                return new PemIdentity(chain, key);
            }
        } catch (GeneralSecurityException e) {
            throw refused(files.key(), "has no private key that can be read (" + e.getMessage() + ")", e);
        }
        throw refused(files.key(), "holds another key than that of the certificate in " + files.certificates(), null);
    }

    List<X509Certificate> chain() {
        return chain;
    }

    PrivateKey key() {
        return key;
    }

    /** What clients will object to at that instant, if anything. */
    Optional<String> objection(Instant now) {
        X509Certificate own = chain.get(0);
        if (now.isAfter(own.getNotAfter().toInstant())) {
            return Optional.of(
                    "the TLS certificate ended at " + own.getNotAfter().toInstant());
        }
        return now.isBefore(own.getNotBefore().toInstant())
                ? Optional.of(
                        "the TLS certificate begins at " + own.getNotBefore().toInstant())
                : Optional.empty();
    }

    private static List<X509Certificate> chain(Path file) {
        try {
            List<X509Certificate> chain =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(bytes(file)))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (chain.isEmpty()) {
                throw refused(file, "has no certificate", null);
            }
            for (int i = 1; i < chain.size(); i++) {
                if (!chain.get(i - 1)
                        .getIssuerX500Principal()
                        .equals(chain.get(i).getSubjectX500Principal())) {
                    throw refused(
                            file,
                            "has certificates out of order: number " + (i + 1)
                                    + " is not the issuer of the one before it",
                            null);
                }
            }
            return chain;
        } catch (CertificateException e) {
            throw refused(file, "has a certificate that cannot be read", e);
        }
    }

    /** A signature tells more surely than a comparison of numbers, and works for every kind of key. */
    private static boolean belong(PrivateKey key, PublicKey publicKey) throws GeneralSecurityException {
        String algorithm = switch (publicKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> publicKey.getAlgorithm();
        };
        byte[] probe = "keymgr".getBytes(StandardCharsets.US_ASCII);
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(probe);
        return signature.verify(signed);
    }

    private static void requirePrivate(Path key) {
        try {
            Optional<String> objection = KeyFile.objection(key);
            if (objection.isPresent()) {
                throw refused(key, objection.get(), null);
            }
        } catch (IOException e) {
            throw refused(key, "cannot be read", e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw refused(file, "is longer than " + FILE_BYTES_MAX + " bytes", null);
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw refused(file, "cannot be read", e);
        }
    }

    private static KeymgrException refused(Path file, String fault, @Nullable Throwable cause) {
        return new KeymgrException(ErrorCode.CONFIG_INVALID, "the TLS file " + file + " " + fault, cause);
    }
}
