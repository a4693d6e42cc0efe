package dev.keymgr.daemon.http;

import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every path there is. Paths are compared as they were sent: an escaped letter or a second slash leads nowhere. Declared
 * non-blocking, so that a request is answered by the thread that read it.
 */
final class Endpoints extends Handler.Abstract.NonBlocking {
    static final String OTHER = "other";

    /** The query by which the dashboard asks to be left alone. */
    private static final String STILL = "still";

    private static final Logger LOG = LoggerFactory.getLogger(Endpoints.class);
    private static final HttpField METRICS =
            new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
    private static final HttpField HTML = new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "text/html; charset=utf-8");
    private static final HttpField ALLOW = new PreEncodedHttpField(HttpHeader.ALLOW, "GET, HEAD");
    private static final HttpField NO_FRAMES = new PreEncodedHttpField("X-Frame-Options", "DENY");
    private static final HttpField NO_REFERRER = new PreEncodedHttpField("Referrer-Policy", "no-referrer");

    private final Site site;
    private final RequestObserver observer;
    private final Clock clock;
    private final int uriBytesMax;
    private final @Nullable Throttle throttle;
    private final Posts posts;

    Endpoints(Site site, RequestObserver observer, Clock clock, int uriBytesMax, @Nullable Throttle throttle) {
        this.site = site;
        this.observer = observer;
        this.clock = clock;
        this.uriBytesMax = uriBytesMax;
        this.throttle = throttle;
        this.posts = new Posts(site, observer);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        try {
            answer(request, response, callback);
        } catch (RuntimeException e) {
            LOG.error("a page could not be made; it was answered 500", e);
            refuse(request, response, callback, HttpStatus.INTERNAL_SERVER_ERROR_500);
        }
        return true;
    }

    private void answer(Request request, Response response, Callback callback) {
        long waitNanos = throttle == null
                ? 0
                : throttle.take(ClientNetwork.of(request.getConnectionMetaData().getRemoteSocketAddress()));
        String uri = request.getHttpURI().getPathQuery();
        String path = request.getHttpURI().getPath();
        if (waitNanos > 0) {
            response.getHeaders().add(HttpHeader.RETRY_AFTER, Long.toString(wholeSeconds(waitNanos)));
            refuse(request, response, callback, HttpStatus.TOO_MANY_REQUESTS_429);
        } else if (uri == null || path == null) {
            refuse(request, response, callback, HttpStatus.NOT_FOUND_404);
        } else if (uri.length() > uriBytesMax) {
            refuse(request, response, callback, HttpStatus.URI_TOO_LONG_414);
        } else {
            int slash = path.indexOf('/', 1);
            if (slash > 0) {
                below(request, response, callback, path.substring(1, slash), path.substring(slash + 1));
            } else {
                page(request, response, callback, path);
            }
        }
    }

    private void below(Request request, Response response, Callback callback, String scope, String rest) {
        if (site.takes(rest)) {
            posts.handle(request, response, callback, scope, rest);
        } else {
            document(request, response, callback, scope, rest);
        }
    }

    private void document(Request request, Response response, Callback callback, String scope, String rest) {
        Optional<Kind> kind = Kind.at(rest);
        Optional<ServedDocument> found = kind.flatMap(known -> site.document(scope, known));
        if (kind.isEmpty() || found.isEmpty()) {
            refuse(request, response, callback, HttpStatus.NOT_FOUND_404);
        } else if (!isRead(request)) {
            forbid(request, response, callback, scope, kind.get().label());
        } else {
            send(request, response, callback, scope, found.get());
        }
    }

    private void send(Request request, Response response, Callback callback, String scope, ServedDocument document) {
        HttpFields asked = request.getHeaders();
        Variant gzip = document.gzip();
        Variant variant = gzip != null
                        && asked.contains(HttpHeader.ACCEPT_ENCODING)
                        && AcceptEncoding.wantsGzip(asked.getValuesList(HttpHeader.ACCEPT_ENCODING))
                ? gzip
                : document.identity();
        HttpFields.Mutable fields = response.getHeaders();
        fields.add(document.cacheControl(clock.instant()));
        String label = document.kind().label();
        if (asked.contains(HttpHeader.IF_NONE_MATCH)
                && EntityTags.match(asked.getValuesList(HttpHeader.IF_NONE_MATCH), variant.etag())) {
            observer.served(scope, label, HttpStatus.NOT_MODIFIED_304);
            variant.putNotModified(fields);
            response.setStatus(HttpStatus.NOT_MODIFIED_304);
            response.write(true, ByteBuffer.allocate(0), callback);
        } else {
            observer.served(scope, label, HttpStatus.OK_200);
            variant.putAll(fields);
            response.setStatus(HttpStatus.OK_200);
            Replies.write(request, response, callback, variant.view());
        }
    }

    private void page(Request request, Response response, Callback callback, String path) {
        String label = labelOf(path);
        if (label.equals(OTHER)) {
            refuse(request, response, callback, HttpStatus.NOT_FOUND_404);
            return;
        }
        if (!isRead(request)) {
            forbid(request, response, callback, "", label);
            return;
        }
        switch (label) {
            case "health" -> health(request, response, callback, label, site.health());
            case "readiness" -> health(request, response, callback, label, site.readiness());
            case "metrics" -> {
                byte[] metrics = site.metrics();
                observer.served("", label, HttpStatus.OK_200);
                Replies.fresh(request, response, callback, HttpStatus.OK_200, METRICS, metrics);
            }
            default -> dashboard(request, response, callback, site.dashboard(readingOf(request)));
        }
    }

    private void health(Request request, Response response, Callback callback, String label, Health health) {
        observer.served("", label, Replies.statusOf(health));
        Replies.health(request, response, callback, health);
    }

    private static Site.Reading readingOf(Request request) {
        return STILL.equals(request.getHttpURI().getQuery()) ? Site.Reading.STILL : Site.Reading.FOLLOW;
    }

    private static String labelOf(String path) {
        return switch (path) {
            case "/healthz" -> "health";
            case "/readyz" -> "readiness";
            case "/metrics" -> "metrics";
            case "/" -> "dashboard";
            default -> OTHER;
        };
    }

    private void dashboard(Request request, Response response, Callback callback, Page page) {
        observer.served("", "dashboard", HttpStatus.OK_200);
        HttpFields.Mutable fields = response.getHeaders();
        fields.add("Content-Security-Policy", page.contentSecurityPolicy());
        fields.add(NO_FRAMES);
        fields.add(NO_REFERRER);
        Replies.fresh(request, response, callback, HttpStatus.OK_200, HTML, page.html());
    }

    /**
     * The administration is the command line's: documents and pages can only be read.
     *
     * @standard RFC 9110 s. 15.5.6
     */
    private void forbid(Request request, Response response, Callback callback, String scope, String label) {
        response.getHeaders().add(ALLOW);
        observer.served(scope, label, HttpStatus.METHOD_NOT_ALLOWED_405);
        Replies.error(request, response, callback, HttpStatus.METHOD_NOT_ALLOWED_405);
    }

    private void refuse(Request request, Response response, Callback callback, int status) {
        observer.served("", OTHER, status);
        Replies.error(request, response, callback, status);
    }

    private static boolean isRead(Request request) {
        return HttpMethod.GET.is(request.getMethod()) || HttpMethod.HEAD.is(request.getMethod());
    }

    private static long wholeSeconds(long nanos) {
        return 1 + (nanos - 1) / TimeUnit.SECONDS.toNanos(1);
    }
}
