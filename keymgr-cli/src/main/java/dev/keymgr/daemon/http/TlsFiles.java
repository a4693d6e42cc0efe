package dev.keymgr.daemon.http;

import java.nio.file.Path;
import java.time.Duration;

/**
 * The server's certificate, as files that another program renews.
 *
 * @param certificates PEM, the server's own first, then those above it
 * @param key PEM, unencrypted: PKCS#8, PKCS#1 or SEC 1; refused when others may use it ({@link KeyFile})
 * @param lookEvery how often to look whether the files have changed; positive
 */
public record TlsFiles(Path certificates, Path key, Duration lookEvery) {
    public TlsFiles {
        if (lookEvery.isNegative() || lookEvery.isZero()) {
            throw new IllegalArgumentException("files that are looked at every " + lookEvery);
        }
    }
}
