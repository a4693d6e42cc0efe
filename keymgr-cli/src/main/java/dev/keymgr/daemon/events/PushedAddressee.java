package dev.keymgr.daemon.events;

import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.SecurityEvents.Sent;
import dev.keymgr.daemon.notify.Addressee;
import dev.keymgr.daemon.notify.Answer;
import dev.keymgr.daemon.notify.RetryAfter;
import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.key.KeymgrException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * One that is called. Its 202 is the acknowledgement.
 *
 * @standard RFC 8935 s. 2
 */
final class PushedAddressee implements Addressee {
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Short, for the next record may be a revocation. */
    static final Duration PAUSE_MAX = Duration.ofSeconds(30);

    /**
     * Of those in the 400s, which say nothing of the event: our token is not known there (yet), too slow, too early, too
     * many.
     */
    private static final Set<Integer> PASSING = Set.of(401, 403, 408, 425, 429);

    private static final int ACCEPTED = 202;

    /** The form of an error code; what has another is not repeated. */
    private static final Pattern ERROR_CODE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final Outbox outbox;
    private final URI url;
    private final BearerToken token;
    private final HttpClient client;
    private final Duration timeout;
    private final Clock clock;

    PushedAddressee(Outbox outbox, URI url, BearerToken token, HttpClient client, Duration timeout, Clock clock) {
        this.outbox = outbox;
        this.url = url;
        this.token = token;
        this.client = client;
        this.timeout = timeout;
        this.clock = clock;
    }

    /** One for all. Follows nothing: a bearer token goes where the file says and nowhere else. */
    static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(TIMEOUT)
                .build();
    }

    @Override
    public String name() {
        return outbox.name();
    }

    @Override
    public boolean wants(AuditRecord record) {
        return outbox.wants(record);
    }

    @Override
    public Duration pauseMax() {
        return PAUSE_MAX;
    }

    @Override
    public Answer deliver(AuditRecord record) throws InterruptedException {
        Sent sent;
        try {
            sent = outbox.require(record);
        } catch (KeymgrException e) {
            return Answer.failed("not signed: " + e.code().id());
        }
        if (!sent.isOffered()) {
            // What a crash between the answer and the mark leaves.
            return sent.refusal() == null ? Answer.DELIVERED : Answer.refused(sent.refusal());
        }
        Answer answer = call(sent.token());
        // A crash before the next line: it is delivered once more, the same token.
        switch (answer.outcome()) {
            case DELIVERED -> outbox.acknowledged(sent, name());
            case REFUSED -> outbox.refused(sent, answer.reason(), name());
            case FAILED -> {}
        }
        return answer;
    }

    private Answer call(String set) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(timeout)
                .header("Content-Type", "application/secevent+jwt")
                .header("Accept", "application/json")
                .header("User-Agent", "keymgr")
                .header("Authorization", token.header())
                .POST(BodyPublishers.ofString(set))
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer = client.sendAsync(request, head -> new FirstBytes());
        try {
            // Of the whole answer: the client's own bound ends with its head.
            return answer(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Answer.failed("no answer within " + timeout.toSeconds() + " s");
        } catch (ExecutionException e) {
            return Answer.failed(reason(Objects.requireNonNullElse(e.getCause(), e)));
        } finally {
            answer.cancel(true);
        }
    }

    private Answer answer(HttpResponse<byte[]> response) {
        int status = response.statusCode();
        if (status == ACCEPTED) {
            return Answer.DELIVERED;
        }
        String reason = "HTTP " + status + errorCode(response.body());
        return status >= 400 && status < 500 && !PASSING.contains(status)
                ? Answer.refused(reason)
                : new Answer(Answer.Outcome.FAILED, reason, RetryAfter.of(response.headers(), clock.instant()));
    }

    /**
     * The code of an error, behind a blank. Its description stays unread: it is anyone's text.
     *
     * @standard RFC 8935 s. 2.4
     */
    private static String errorCode(byte[] body) {
        try {
            Map<String, Object> error = Json.parseObject(body);
            return error.get("err") instanceof String code
                            && ERROR_CODE.matcher(code).matches()
                    ? " " + code
                    : "";
        } catch (JsonException e) {
            return "";
        }
    }

    /** Not the library's message, which may hold the address. */
    private String reason(Throwable failure) {
        if (failure instanceof ConnectException) {
            return "no connection";
        }
        if (failure instanceof HttpTimeoutException) {
            return "no answer within " + timeout.toSeconds() + " s";
        }
        String kind = failure.getClass().getSimpleName();
        if (failure instanceof SSLException) {
            return "no TLS connection: " + kind;
        }
        return (failure instanceof IOException ? "connection lost: " : "not sent: ") + kind;
    }
}
