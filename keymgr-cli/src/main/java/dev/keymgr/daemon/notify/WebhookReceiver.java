package dev.keymgr.daemon.notify;

import dev.keymgr.config.DaemonConfig.Webhook;
import dev.keymgr.config.EventType;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Tells by POST.
 *
 * @standard CloudEvents HTTP binding 1.0.2 s. 3.2
 * @standard Standard Webhooks 1.0.0, "Webhook headers"
 */
final class WebhookReceiver implements Receiver {
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Of those in the 400s, which mean the request itself: too slow, too early, too many. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);

    private final Webhook webhook;
    private final SigningSecret secret;
    private final HttpClient client;
    private final Duration timeout;
    private final Clock clock;

    WebhookReceiver(Webhook webhook, SigningSecret secret, HttpClient client, Duration timeout, Clock clock) {
        this.webhook = webhook;
        this.secret = secret;
        this.client = client;
        this.timeout = timeout;
        this.clock = clock;
    }

    /** One for all webhooks. Follows nothing: a receiver that moved is to be written into the file. */
    static HttpClient client() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(TIMEOUT)
                .build();
    }

    @Override
    public String name() {
        return "webhook:" + webhook.name();
    }

    @Override
    public boolean wants(EventType type) {
        return webhook.events().contains(type);
    }

    @Override
    public Answer deliver(Notification notification) throws InterruptedException {
        Instant now = clock.instant();
        HttpRequest request = HttpRequest.newBuilder(webhook.url())
                .timeout(timeout)
                .header("Content-Type", "application/cloudevents+json; charset=utf-8")
                .header("User-Agent", "keymgr")
                .header("webhook-id", notification.id())
                .header("webhook-timestamp", Long.toString(now.getEpochSecond()))
                .header("webhook-signature", secret.sign(notification.id(), now.getEpochSecond(), notification.json()))
                .POST(BodyPublishers.ofString(notification.json()))
                .build();
        try {
            return answer(client.send(request, response -> new Unread()), now);
        } catch (IOException e) {
            return Answer.failed(reason(e));
        }
    }

    private static Answer answer(HttpResponse<?> response, Instant now) {
        int status = response.statusCode();
        if (status >= 200 && status < 300) {
            return Answer.DELIVERED;
        }
        String reason = "HTTP " + status;
        return status >= 400 && status < 500 && !PASSING.contains(status)
                ? Answer.refused(reason)
                : new Answer(Answer.Outcome.FAILED, reason, RetryAfter.of(response.headers(), now));
    }

    /** Not the library's message, which may hold the address. */
    private String reason(IOException failure) {
        if (failure instanceof ConnectException) {
            return "no connection";
        }
        if (failure instanceof HttpTimeoutException) {
            return "no answer within " + timeout.toSeconds() + " s";
        }
        return failure instanceof SSLException
                ? "no TLS connection: " + failure.getClass().getSimpleName()
                : "connection lost: " + failure.getClass().getSimpleName();
    }

    @Override
    public String toString() {
        return name();
    }

    /** A body that nobody waits for: the time limit ends with the head of an answer, and a body may have no end. */
    private static final class Unread implements HttpResponse.BodySubscriber<@Nullable Void> {
        @Override
        public CompletionStage<@Nullable Void> getBody() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(List<ByteBuffer> item) {}

        @Override
        public void onError(Throwable throwable) {}

        @Override
        public void onComplete() {}
    }
}
