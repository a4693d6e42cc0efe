package dev.keymgr.daemon.notify;

import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * Calls those that are told over HTTP. Follows nothing: a receiver that moved is to be written into the file, and a bearer
 * token goes where the file says and nowhere else. Safe for use by several threads.
 */
public final class Caller {
    public static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final HttpClient client;
    private final Duration timeout;
    private final Clock clock;

    /** @param timeout for the connection, and again for the whole answer */
    public Caller(Duration timeout, Clock clock) {
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
        this.timeout = timeout;
        this.clock = clock;
    }

    /**
     * Sends it as keymgr.
     *
     * @param judge of an answer that came whole
     * @return what the judge says; FAILED where no answer came
     */
    public <T> Answer call(HttpRequest.Builder request, BodyHandler<T> body, Function<HttpResponse<T>, Answer> judge)
            throws InterruptedException {
        HttpRequest named =
                request.timeout(timeout).header("User-Agent", "keymgr").build();
        CompletableFuture<HttpResponse<T>> answer = client.sendAsync(named, body);
        try {
            // Of the whole answer: the client's own bound ends with its head.
            return judge.apply(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Answer.failed(late());
        } catch (ExecutionException e) {
            return Answer.failed(reason(Objects.requireNonNullElse(e.getCause(), e)));
        } finally {
            answer.cancel(true);
        }
    }

    /**
     * What an answer other than the one hoped for means: what is wrong with the request in itself will not be right the next
     * time.
     *
     * @param passing those in the 400s that say nothing of the request
     */
    public Answer declined(HttpResponse<?> response, Set<Integer> passing, String reason) {
        int status = response.statusCode();
        return status >= 400 && status < 500 && !passing.contains(status)
                ? Answer.refused(reason)
                : failed(response, reason);
    }

    /** An answer after which it is tried again, when the receiver asks for it. */
    public Answer failed(HttpResponse<?> response, String reason) {
        return new Answer(Answer.Outcome.FAILED, reason, RetryAfter.of(response.headers(), clock.instant()));
    }

    /** Not the client's message, which may hold the address. */
    private String reason(Throwable failure) {
        if (failure instanceof ConnectException) {
            return "no connection";
        }
        if (failure instanceof HttpTimeoutException) {
            return late();
        }
        String kind = failure.getClass().getSimpleName();
        if (failure instanceof SSLException) {
            return "no TLS connection: " + kind;
        }
        return (failure instanceof IOException ? "connection lost: " : "not sent: ") + kind;
    }

    private String late() {
        return "no answer within " + timeout.toSeconds() + " s";
    }
}
