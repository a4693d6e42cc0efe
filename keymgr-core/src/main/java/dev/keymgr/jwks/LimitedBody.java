package dev.keymgr.jwks;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** An HTTP body up to a number of bytes; what goes on beyond is not read. For one answer. */
public final class LimitedBody implements BodySubscriber<byte[]> {
    private final int bytesMax;
    private final boolean isWhole;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private @Nullable Subscription subscription;

    private LimitedBody(int bytesMax, boolean isWhole) {
        this.bytesMax = bytesMax;
        this.isWhole = isWhole;
    }

    /** All of it; one byte more is an error. */
    public static LimitedBody whole(int bytesMax) {
        return new LimitedBody(bytesMax, true);
    }

    /** All of it, or so much of it. */
    public static LimitedBody beginning(int bytesMax) {
        return new LimitedBody(bytesMax, false);
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body;
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        for (ByteBuffer buffer : buffers) {
            byte[] bytes = new byte[Math.min(buffer.remaining(), bytesMax - read.size())];
            buffer.get(bytes);
            read.writeBytes(bytes);
            if (buffer.hasRemaining()) {
                stop();
                return;
            }
        }
    }

    private void stop() {
        Objects.requireNonNull(subscription).cancel();
        if (isWhole) {
            body.completeExceptionally(new IOException("more than " + bytesMax + " bytes"));
        } else {
            body.complete(read.toByteArray());
        }
    }

    @Override
    public void onError(Throwable failure) {
        body.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        body.complete(read.toByteArray());
    }
}
