package dev.keymgr.daemon.http;

import dev.keymgr.json.Json;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** How answers are written: whole, with their length, and with nothing about the program that wrote them. */
final class Replies {
    static final HttpField NOSNIFF = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");
    static final HttpField JSON = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");

    private static final HttpField NO_STORE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");

    private Replies() {}

    /** An answer that no cache keeps. */
    static void fresh(
            Request request, Response response, Callback callback, int status, HttpField type, byte[] content) {
        HttpFields.Mutable fields = response.getHeaders();
        fields.add(NO_STORE);
        fields.add(NOSNIFF);
        fields.add(type);
        fields.add(new HttpField(HttpHeader.CONTENT_LENGTH, Integer.toString(content.length)));
        response.setStatus(status);
        write(request, response, callback, ByteBuffer.wrap(content));
    }

    /** A few words of JSON: the status in words, and nothing of what went on inside. */
    static void error(Request request, Response response, Callback callback, int status) {
        fresh(request, response, callback, status, JSON, errorBody(status));
    }

    static void health(Request request, Response response, Callback callback, Health health) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("ok", health.ok());
        members.put("reasons", health.reasons());
        fresh(request, response, callback, statusOf(health), JSON, Json.render(members));
    }

    static int statusOf(Health health) {
        return health.ok() ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503;
    }

    /** The length stays in the head when HEAD asked for that alone. */
    static void write(Request request, Response response, Callback callback, ByteBuffer content) {
        boolean headOnly = HttpMethod.HEAD.is(request.getMethod());
        response.write(true, headOnly ? ByteBuffer.allocate(0) : content, callback);
    }

    private static byte[] errorBody(int status) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("error", HttpStatus.getMessage(status).toLowerCase(Locale.ROOT));
        return Json.render(members);
    }
}
