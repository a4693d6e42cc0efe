package dev.keymgr.kit;

import dev.keymgr.key.KeyCertificate;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The text form of keys and certificates.
 *
 * @standard RFC 7468
 */
final class Pem {
    private static final int LINE = 64;

    private Pem() {}

    static byte[] certificate(KeyCertificate certificate) {
        return of("CERTIFICATE", certificate.encoded());
    }

    static byte[] of(String label, byte[] der) {
        String body = Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(der);
        return ("-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n")
                .getBytes(StandardCharsets.US_ASCII);
    }
}
