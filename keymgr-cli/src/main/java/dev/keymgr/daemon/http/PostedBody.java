package dev.keymgr.daemon.http;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;

/** Collects a body as it comes, up to a number of bytes, without a thread that waits. */
final class PostedBody {
    private final Content.Source source;
    private final int bytesMax;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();

    private PostedBody(Content.Source source, int bytesMax) {
        this.source = source;
        this.bytesMax = bytesMax;
    }

    /** There is more of it than may be. */
    static final class TooLongException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Fails with {@link TooLongException}, or with what broke the connection. */
    static CompletableFuture<byte[]> of(Content.Source source, int bytesMax) {
        PostedBody body = new PostedBody(source, bytesMax);
        body.readOn();
        return body.whole;
    }

    private void readOn() {
        boolean goesOn = true;
        while (goesOn) {
            Content.@Nullable Chunk chunk = source.read();
            if (chunk == null) {
                source.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, this::readOn));
                return;
            }
            goesOn = take(chunk);
        }
    }

    /** Whether there is more to read. */
    private boolean take(Content.Chunk chunk) {
        if (Content.Chunk.isFailure(chunk)) {
            whole.completeExceptionally(chunk.getFailure());
            return false;
        }
        try {
            if (read.size() + chunk.remaining() > bytesMax) {
                whole.completeExceptionally(new TooLongException());
                return false;
            }
            read.writeBytes(BufferUtil.toArray(chunk.getByteBuffer()));
        } finally {
            chunk.release();
        }
        if (chunk.isLast()) {
            whole.complete(read.toByteArray());
        }
        return !chunk.isLast();
    }
}
