package dev.keymgr.jwks;

import dev.keymgr.key.Generation;
import dev.keymgr.key.ScopeName;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Base64;

/** The final bytes of one scope's JWKS and how they are to be served. Immutable. */
public final class JwksDocument {
    /** The widest used library refuses 51,200 and then trusts nothing at all. */
    public static final int BYTES_MAX = 51_199;

    private final ScopeName scope;
    private final Generation number;
    private final byte[] bytes;
    private final String etag;
    private final Duration maxAge;

    public JwksDocument(ScopeName scope, Generation number, byte[] bytes, Duration maxAge) {
        this.scope = scope;
        this.number = number;
        this.bytes = bytes.clone();
        this.etag = etagOf(bytes);
        this.maxAge = maxAge;
    }

    public ScopeName scope() {
        return scope;
    }

    /** The publication's number: the fence. A sink refuses a number below the one it holds. */
    public Generation number() {
        return number;
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public int size() {
        return bytes.length;
    }

    /**
     * Strong: the same bytes, the same tag; in quotes, as in the header.
     *
     * @standard RFC 9110 s. 8.8.3
     */
    public String etag() {
        return etag;
    }

    public Duration maxAge() {
        return maxAge;
    }

    public static String etagOf(byte[] bytes) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return '"' + Base64.getUrlEncoder().withoutPadding().encodeToString(digest) + '"';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
