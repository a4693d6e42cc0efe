package dev.keymgr.daemon.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/** Compression, once per document, where it pays. */
final class Gzip {
    /** Below this, in bytes, head and content go in one packet either way. */
    private static final int BYTES_MIN = 1_200;

    private Gzip() {}

    /** Empty when the bytes are few, or would not shrink by a tenth. */
    static Optional<byte[]> wherePays(byte[] bytes) {
        if (bytes.length < BYTES_MIN) {
            return Optional.empty();
        }
        ByteArrayOutputStream smaller = new ByteArrayOutputStream(bytes.length);
        try (GZIPOutputStream gzip = new GZIPOutputStream(smaller)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("an array in memory takes every byte", e);
        }
        return smaller.size() <= bytes.length - bytes.length / 10
                ? Optional.of(smaller.toByteArray())
                : Optional.empty();
    }
}
