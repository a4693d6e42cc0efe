package dev.keymgr.daemon.events;

import dev.keymgr.key.KeymgrException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where relying parties come to: for their events, and with their decisions. What they ask touches the store alone, in threads
 * of its own and within a bound. Safe for many threads.
 */
public final class Mailroom implements AutoCloseable {
    /** What does not answer within this is answered for. */
    static final Duration CALL_MAX = Duration.ofSeconds(5);

    private static final int THREADS = 2;
    private static final int WAITING_MAX = 64;
    private static final Logger LOG = LoggerFactory.getLogger(Mailroom.class);

    /** What is answered. */
    public record Reply(int status, String json) {
        static final Reply UNREADABLE = new Reply(400, "{\"error\":\"bad request\"}");
        static final Reply LATER = new Reply(503, "{\"error\":\"service unavailable\"}");
        static final Reply FAULT = new Reply(500, "{\"error\":\"server error\"}");
    }

    /** One party's, open to whoever holds its bearer token. */
    public interface Box {
        /** Never fails, and never later than {@link #CALL_MAX}. */
        CompletionStage<Reply> exchange(byte[] request);
    }

    /** A desk, and who may come to it. */
    record Slot(BearerToken token, Desk desk) {}

    /** Of a desk: a scope, and a path below it. */
    record Address(String scope, String path) {}

    private final Map<Address, Slot> slots;
    private final BearerToken nobodys;
    private final Duration callMax;
    private final ThreadPoolExecutor threads;

    Mailroom(Map<Address, Slot> slots, Duration callMax) {
        this.slots = Map.copyOf(slots);
        this.nobodys = BearerToken.nobodys();
        this.callMax = callMax;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING_MAX), task -> {
                    Thread thread = new Thread(task, "keymgr-mailroom");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /** Whether there is anything of this kind below a scope. */
    public static boolean isPath(String path) {
        return path.startsWith(PollDesk.FOLDER) || path.startsWith(DecisionDesk.FOLDER);
    }

    /**
     * The box at a path, from memory and at once. Empty for a wrong token, and likewise where there is none: nobody learns
     * who is registered.
     *
     * @param path below the scope
     * @param authorization the header as it was sent
     */
    public Optional<Box> open(String scope, String path, @Nullable String authorization) {
        Optional<Slot> found = Optional.ofNullable(slots.get(new Address(scope, path)));
        boolean known = found.map(Slot::token).orElse(nobodys).isIn(authorization);
        return found.filter(slot -> known).map(slot -> request -> exchange(slot.desk(), scope + "/" + path, request));
    }

    CompletionStage<Reply> exchange(Desk desk, String where, byte[] request) {
        try {
            return CompletableFuture.supplyAsync(() -> answer(desk, where, request), threads)
                    .completeOnTimeout(Reply.LATER, callMax.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(failure -> {
                        // Our own fault: the same request would meet it again, so nobody is told to repeat it.
                        LOG.error(
                                "{} was answered 500; nothing says that it will be right the next time",
                                where,
                                failure);
                        return Reply.FAULT;
                    });
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(Reply.LATER);
        }
    }

    private static Reply answer(Desk desk, String where, byte[] request) {
        try {
            return desk.answer(request);
        } catch (KeymgrException e) {
            LOG.error(
                    "{} was not answered; it is told to come again: {} [{}]",
                    where,
                    e.getMessage(),
                    e.code().id());
            return Reply.LATER;
        }
    }

    /** Takes nothing more; what is under way ends by itself. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
