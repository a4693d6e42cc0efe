package dev.keymgr.daemon.http;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What registered clients may post. Who is not recognised is answered before a byte of the body is read, and not told why. No
 * thread of the server waits: neither for the body nor for the answer.
 */
final class Posts {
    /** Some 600 acknowledgements. */
    static final int BODY_BYTES_MAX = 64 << 10;

    static final String LABEL = "events";

    private static final Logger LOG = LoggerFactory.getLogger(Posts.class);
    private static final HttpField ALLOW = new PreEncodedHttpField(HttpHeader.ALLOW, "POST");
    private static final HttpField CHALLENGE = new PreEncodedHttpField(HttpHeader.WWW_AUTHENTICATE, "Bearer");
    private static final HttpField SOON = new PreEncodedHttpField(HttpHeader.RETRY_AFTER, "5");

    private final Site site;
    private final RequestObserver observer;

    Posts(Site site, RequestObserver observer) {
        this.site = site;
        this.observer = observer;
    }

    void handle(Request request, Response response, Callback callback, String scope, String path) {
        if (!HttpMethod.POST.is(request.getMethod())) {
            response.getHeaders().add(ALLOW);
            refuse(request, response, callback, "", HttpStatus.METHOD_NOT_ALLOWED_405);
            return;
        }
        Optional<Intake> intake = site.intake(scope, path, request.getHeaders().get(HttpHeader.AUTHORIZATION));
        if (intake.isEmpty()) {
            response.getHeaders().add(CHALLENGE);
            refuse(request, response, callback, "", HttpStatus.UNAUTHORIZED_401);
        } else if (!isJson(request.getHeaders().get(HttpHeader.CONTENT_TYPE))) {
            refuse(request, response, callback, scope, HttpStatus.UNSUPPORTED_MEDIA_TYPE_415);
        } else if (request.getLength() > BODY_BYTES_MAX) {
            refuse(request, response, callback, scope, HttpStatus.PAYLOAD_TOO_LARGE_413);
        } else {
            take(request, response, callback, scope, intake.get());
        }
    }

    private static boolean isJson(@Nullable String type) {
        return type != null
                && type.toLowerCase(Locale.ROOT).split(";", 2)[0].strip().equals("application/json");
    }

    private void take(Request request, Response response, Callback callback, String scope, Intake intake) {
        var unused = PostedBody.of(request, BODY_BYTES_MAX)
                .thenCompose(intake::take)
                .whenComplete((reply, failure) -> {
                    try {
                        if (failure == null) {
                            answer(request, response, callback, scope, reply);
                        } else {
                            refuse(request, response, callback, scope, statusOf(failure));
                        }
                    } catch (RuntimeException e) {
                        LOG.error("an answer could not be written", e);
                        callback.failed(e);
                    }
                });
    }

    /** A body that is too long, or broke off. */
    private static int statusOf(Throwable failure) {
        boolean tooLong = failure instanceof PostedBody.TooLongException
                || failure.getCause() instanceof PostedBody.TooLongException;
        return tooLong ? HttpStatus.PAYLOAD_TOO_LARGE_413 : HttpStatus.BAD_REQUEST_400;
    }

    private void answer(Request request, Response response, Callback callback, String scope, Intake.Reply reply) {
        if (reply.status() == HttpStatus.SERVICE_UNAVAILABLE_503) {
            response.getHeaders().add(SOON);
        }
        observer.served(scope, LABEL, reply.status());
        Replies.fresh(
                request,
                response,
                callback,
                reply.status(),
                Replies.JSON,
                reply.json().getBytes(StandardCharsets.UTF_8));
    }

    private void refuse(Request request, Response response, Callback callback, String scope, int status) {
        observer.served(scope, LABEL, status);
        Replies.error(request, response, callback, status);
    }
}
