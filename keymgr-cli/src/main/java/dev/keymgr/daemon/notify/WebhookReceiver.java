package dev.keymgr.daemon.notify;

import dev.keymgr.config.DaemonConfig.Webhook;
import dev.keymgr.config.EventType;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Tells by POST.
 *
 * @standard CloudEvents HTTP binding 1.0.2 s. 3.2
 * @standard Standard Webhooks 1.0.0, "Webhook headers"
 */
final class WebhookReceiver implements Receiver {
    /** Of those in the 400s, which mean the request itself: too slow, too early, too many. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);

    private final Webhook webhook;
    private final SigningSecret secret;
    private final Caller caller;
    private final Clock clock;

    WebhookReceiver(Webhook webhook, SigningSecret secret, Caller caller, Clock clock) {
        this.webhook = webhook;
        this.secret = secret;
        this.caller = caller;
        this.clock = clock;
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
        long now = clock.instant().getEpochSecond();
        HttpRequest.Builder request = HttpRequest.newBuilder(webhook.url())
                .header("Content-Type", "application/cloudevents+json; charset=utf-8")
                .header("webhook-id", notification.id())
                .header("webhook-timestamp", Long.toString(now))
                .header("webhook-signature", secret.sign(notification.id(), now, notification.json()))
                .POST(BodyPublishers.ofString(notification.json()));
        return caller.call(request, head -> new Unread(), this::answer);
    }

    private Answer answer(HttpResponse<?> response) {
        int status = response.statusCode();
        return status >= 200 && status < 300 ? Answer.DELIVERED : caller.declined(response, PASSING, "HTTP " + status);
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
