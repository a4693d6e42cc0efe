package dev.keymgr.jwks.http;

import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.jwks.JwksProbe;
import dev.keymgr.jwks.LimitedBody;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.rollover.Durations;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Fetches one URL past no cache of its own and follows no redirect: verifiers differ in whether they do. Safe for many
 * threads.
 */
public final class HttpProbe implements JwksProbe {
    private static final int OK = 200;

    private final URI url;
    private final HttpClient client;
    private final Duration bound;

    /**
     * @param bound of the connection, and of the whole answer
     */
    public HttpProbe(URI url, HttpClient client, Duration bound) {
        this.url = url;
        this.client = client;
        this.bound = bound;
    }

    @Override
    public String description() {
        return url.toString();
    }

    @Override
    public byte[] fetch() {
        HttpRequest request = HttpRequest.newBuilder(url)
                .timeout(bound)
                .header("Accept", "application/jwk-set+json, application/json")
                .header("User-Agent", "keymgr-probe")
                .build();
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, head -> LimitedBody.whole(JwksDocument.BYTES_MAX));
        try {
            HttpResponse<byte[]> response = answer.get(bound.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != OK) {
                throw failed("answers with status " + response.statusCode(), null);
            }
            return response.body();
        } catch (ExecutionException e) {
            throw failed("cannot be fetched (" + e.getCause() + ")", e);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw failed("did not answer whole within " + Durations.format(bound), e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw failed("was not fetched: interrupted", e);
        }
    }

    private KeymgrException failed(String what, @Nullable Exception cause) {
        return new KeymgrException(
                ErrorCode.PUBLICATION_FAILED,
                url + " " + what + "; what verifiers see there is not known, so no key begins to sign; mend it",
                cause);
    }
}
