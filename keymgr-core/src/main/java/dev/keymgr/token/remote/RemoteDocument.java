package dev.keymgr.token.remote;

import dev.keymgr.jwks.LimitedBody;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.rollover.Durations;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.DoubleSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One document at one address, and when to look at it again. Not for many threads.
 *
 * @standard RFC 9111 s. 4.2
 * @standard RFC 9110 s. 13.1.2
 */
final class RemoteDocument {
    private static final int OK = 200;
    private static final int NOT_MODIFIED = 304;
    private static final int NOT_FOUND = 404;

    /** After the first failure; each further one doubles it, up to the time between two looks. */
    private static final Duration RETRY = Duration.ofSeconds(1);

    private static final int DOUBLINGS_MAX = 6;

    /** This part of every wait is left to chance, so that verifiers do not ask in step. */
    private static final double CHANCE = 0.2;

    private static final Pattern MAX_AGE = Pattern.compile("(?:^|[,\\s])max-age\\s*=\\s*\"?(\\d{1,9})\"?(?=$|[,\\s])");
    /** The end of an address whose folder has the name of a document. */
    private static final Pattern IN_A_FILE = Pattern.compile(".*\\.(?:jwt|json)/+[^/]*");

    private static final Pattern NO_CACHE = Pattern.compile("(?:^|[,\\s])no-(?:store|cache)(?=$|[,\\s=])");

    /** What came. */
    static final class Answer {
        private final byte @Nullable [] body;
        private final @Nullable String etag;
        private final Duration maxAge;

        private Answer(byte @Nullable [] body, @Nullable String etag, Duration maxAge) {
            this.body = body;
            this.etag = etag;
            this.maxAge = maxAge;
        }

        /** Null when what was taken before still stands. */
        byte @Nullable [] body() {
            return body;
        }
    }

    /** What is fetched from where, and how often. {@code parts}: this part of the max-age lies between two looks. */
    record Address(URI url, String accept, int bytesMax, RefreshPolicy.Bounds maxAge, int parts) {}

    private final Address address;
    private final HttpClient client;
    private final Duration timeout;
    private final DoubleSupplier chance;
    private @Nullable String etag;
    private @Nullable Instant lookedAt;
    private @Nullable Instant dueAt;
    private Duration interval;
    private int failures;
    private boolean held;

    /** @param chance numbers from 0 to 1 */
    RemoteDocument(Address address, HttpClient client, Duration timeout, DoubleSupplier chance) {
        this.address = address;
        this.client = client;
        this.timeout = timeout;
        this.chance = chance;
        this.interval = address.maxAge().min();
    }

    /** A clock that went back makes it due too: when it will be right again nobody knows. */
    boolean isDue(Instant now) {
        Instant due = dueAt;
        return due == null || !now.isBefore(due) || (lookedAt != null && now.isBefore(lookedAt));
    }

    /** The next look, or this instant where it is due. */
    Instant nextLook(Instant now) {
        Instant due = dueAt;
        return due == null || isDue(now) ? now : due;
    }

    @Nullable
    Instant lookedAt() {
        return lookedAt;
    }

    void makeDue() {
        dueAt = null;
    }

    /** What was taken counts no more: the next answer is to be a whole one, and soon. */
    void forget() {
        etag = null;
        held = false;
        makeDue();
    }

    /** It was good. */
    void took(Answer answer, Instant now) {
        if (answer.body != null) {
            etag = answer.etag;
        }
        failures = 0;
        held = true;
        interval = address.maxAge().within(answer.maxAge).dividedBy(address.parts());
        dueAt = now.plus(someOf(interval));
    }

    /** It did not come, or was refused. */
    void failed(Instant now) {
        Duration pause = RETRY.multipliedBy(1L << Math.min(failures, DOUBLINGS_MAX));
        failures++;
        dueAt = now.plus(someOf(pause.compareTo(interval) < 0 ? pause : interval));
    }

    private Duration someOf(Duration whole) {
        return whole.minusNanos((long) (whole.toNanos() * CHANCE * chance.getAsDouble()));
    }

    /**
     * Looks at it, and follows no redirect.
     *
     * @throws KeymgrException STALE saying why there is no answer
     */
    Answer fetch(Instant now) {
        lookedAt = now;
        HttpRequest.Builder request = HttpRequest.newBuilder(address.url())
                .timeout(timeout)
                .header("Accept", address.accept())
                .header("User-Agent", "keymgr-verifier");
        if (etag != null) {
            request.header("If-None-Match", etag);
        }
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request.build(), head -> LimitedBody.whole(address.bytesMax()));
        try {
            return read(answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            throw failure("cannot be fetched (" + e.getCause() + ")", e);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw failure("did not answer whole within " + Durations.format(timeout), e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw failure("was not fetched: interrupted", e);
        }
    }

    private Answer read(HttpResponse<byte[]> response) {
        String tag = response.headers().firstValue("ETag").orElse(null);
        if (response.statusCode() == OK) {
            return new Answer(response.body(), tag, maxAge(response));
        }
        if (response.statusCode() == NOT_MODIFIED && etag != null) {
            return new Answer(null, tag, maxAge(response));
        }
        boolean misled = response.statusCode() == NOT_FOUND
                && IN_A_FILE.matcher(address.url().getPath()).matches();
        throw failure(
                "answers with status " + response.statusCode()
                        + (misled ? "; give the address of the folder, without the name of a file" : ""),
                null);
    }

    /** As the answer has it, less the age that it had on arrival; zero where it says nothing. */
    private static Duration maxAge(HttpResponse<?> response) {
        String control = String.join(",", response.headers().allValues("Cache-Control"));
        Matcher found = MAX_AGE.matcher(control);
        if (NO_CACHE.matcher(control).find() || !found.find()) {
            return Duration.ZERO;
        }
        long age = age(response.headers().firstValue("Age"));
        return Duration.ofSeconds(Math.max(0, Long.parseLong(found.group(1)) - age));
    }

    private static long age(Optional<String> header) {
        return header.filter(text -> text.matches("\\d{1,9}"))
                .map(Long::parseLong)
                .orElse(0L);
    }

    private KeymgrException failure(String what, @Nullable Exception cause) {
        return new KeymgrException(
                ErrorCode.STALE,
                address.url() + " " + what
                        + (held ? "; what was fetched before is gone by until its time is over" : ""),
                cause);
    }
}
