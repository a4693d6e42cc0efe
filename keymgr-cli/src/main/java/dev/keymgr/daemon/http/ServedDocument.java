package dev.keymgr.daemon.http;

import dev.keymgr.jwks.JwksDocument;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.jspecify.annotations.Nullable;

/** The final bytes of one document, ready to be sent: as they are, and compressed where that pays. Immutable, thread-safe. */
public final class ServedDocument {
    private final Kind kind;
    private final MaxAge maxAge;
    private final Variant identity;
    private final @Nullable Variant gzip;
    private volatile CacheControl cacheControl = CacheControl.of(0);

    /**
     * Copies the bytes, and compresses them once.
     *
     * @param bytes what clients get, to the last byte
     * @param maxAge asked for each response
     * @throws IllegalArgumentException for a JWKS of more than {@value JwksDocument#BYTES_MAX} bytes
     */
    public ServedDocument(Kind kind, byte[] bytes, MaxAge maxAge) {
        if (kind == Kind.JWKS && bytes.length > JwksDocument.BYTES_MAX) {
            throw new IllegalArgumentException("a JWKS of " + bytes.length + " bytes; clients read at most "
                    + JwksDocument.BYTES_MAX + " of it, so it is not served");
        }
        this.kind = kind;
        this.maxAge = maxAge;
        Optional<byte[]> compressed = Gzip.wherePays(bytes);
        this.identity = Variant.identity(kind, bytes, compressed.isPresent());
        this.gzip = compressed.map(smaller -> Variant.gzip(kind, smaller)).orElse(null);
    }

    public Kind kind() {
        return kind;
    }

    /** Uncompressed. */
    public byte[] bytes() {
        return identity.copy();
    }

    /**
     * Strong, in quotes, of the uncompressed bytes; the compressed ones have their own.
     *
     * @standard RFC 9110 s. 8.8.3
     */
    public String etag() {
        return identity.etag();
    }

    /** Never negative. */
    public Duration maxAge(Instant now) {
        Duration age = maxAge.at(now);
        return age.isNegative() ? Duration.ZERO : age;
    }

    Variant identity() {
        return identity;
    }

    @Nullable
    Variant gzip() {
        return gzip;
    }

    /** The field of the same second is made once. */
    HttpField cacheControl(Instant now) {
        long seconds = maxAge(now).toSeconds();
        CacheControl last = cacheControl;
        if (last.seconds() != seconds) {
            last = CacheControl.of(seconds);
            cacheControl = last;
        }
        return last.field();
    }

    private record CacheControl(long seconds, HttpField field) {
        static CacheControl of(long seconds) {
            return new CacheControl(
                    seconds, new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "public, max-age=" + seconds));
        }
    }
}
