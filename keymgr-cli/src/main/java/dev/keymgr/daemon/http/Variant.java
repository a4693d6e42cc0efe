package dev.keymgr.daemon.http;

import dev.keymgr.jwks.JwksDocument;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;

/**
 * One representation of a document: its bytes outside the heap, where the socket takes them without a copy, and its header
 * fields as they go on the wire. The tag is of these very bytes, so a compressed variant has a strong tag of its own.
 *
 * @standard RFC 9110 s. 8.8.3.3
 */
final class Variant {
    private static final HttpField ALLOW_ORIGIN = new PreEncodedHttpField(HttpHeader.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    private static final HttpField VARY = new PreEncodedHttpField(HttpHeader.VARY, "Accept-Encoding");
    private static final HttpField GZIP = new PreEncodedHttpField(HttpHeader.CONTENT_ENCODING, "gzip");

    private final ByteBuffer bytes;
    private final String etag;
    private final List<HttpField> always;
    private final List<HttpField> withContent;

    private Variant(byte[] bytes, List<HttpField> always, List<HttpField> withContent) {
        this.bytes = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip().asReadOnlyBuffer();
        this.etag = JwksDocument.etagOf(bytes);
        List<HttpField> constant = new ArrayList<>(always);
        constant.add(new PreEncodedHttpField(HttpHeader.ETAG, etag));
        constant.add(new PreEncodedHttpField(HttpHeader.CONTENT_LENGTH, bytes.length));
        constant.add(ALLOW_ORIGIN);
        constant.add(Replies.NOSNIFF);
        this.always = List.copyOf(constant);
        this.withContent = List.copyOf(withContent);
    }

    static Variant identity(Kind kind, byte[] bytes, boolean hasOther) {
        return new Variant(bytes, hasOther ? List.of(VARY) : List.of(), List.of(typeOf(kind)));
    }

    static Variant gzip(Kind kind, byte[] bytes) {
        return new Variant(bytes, List.of(VARY), List.of(typeOf(kind), GZIP));
    }

    String etag() {
        return etag;
    }

    /** A view with its own position; nothing is copied. */
    ByteBuffer view() {
        return bytes.duplicate();
    }

    byte[] copy() {
        byte[] copy = new byte[bytes.remaining()];
        view().get(copy);
        return copy;
    }

    /**
     * Of a response that says "you have it": what would have come with the content, except what describes the content. The
     * length is that of the content which does not come; Jetty would else say zero, which is wrong.
     *
     * @standard RFC 9110 s. 15.4.5
     * @standard RFC 9110 s. 8.6
     */
    void putNotModified(HttpFields.Mutable fields) {
        for (HttpField field : always) {
            fields.add(field);
        }
    }

    void putAll(HttpFields.Mutable fields) {
        putNotModified(fields);
        for (HttpField field : withContent) {
            fields.add(field);
        }
    }

    private static HttpField typeOf(Kind kind) {
        return new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, kind.mediaType());
    }
}
