package dev.keymgr.daemon.events;

import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.audit.SecurityEvents.Party;
import dev.keymgr.audit.SecurityEvents.Sent;
import dev.keymgr.json.Json;
import dev.keymgr.key.KeymgrException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
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
 * Where relying parties fetch what they are owed. Every token was signed before; what is asked here touches the store alone,
 * in threads of its own and within a bound. Safe for many threads.
 *
 * @standard RFC 8936 s. 2
 */
public final class Mailroom implements AutoCloseable {
    /** What does not answer within this is answered for. */
    static final Duration CALL_MAX = Duration.ofSeconds(5);

    /** Below {@code /SCOPE/}: {@code events/NAME}. */
    private static final String FOLDER = "events/";

    private static final int THREADS = 2;
    private static final int WAITING_MAX = 64;
    private static final Logger LOG = LoggerFactory.getLogger(Mailroom.class);

    /** What is answered. */
    public record Reply(int status, String json) {
        static final Reply UNREADABLE = new Reply(400, "{\"error\":\"bad request\"}");
        static final Reply LATER = new Reply(503, "{\"error\":\"service unavailable\"}");
    }

    /** One party's, open to whoever holds its bearer token. */
    public interface Box {
        /** Never fails, and never later than {@link #CALL_MAX}. */
        CompletionStage<Reply> exchange(byte[] request);
    }

    private final SecurityEvents events;
    private final Clock clock;
    private final Map<Party, BearerToken> tokens;
    private final BearerToken nobodys;
    private final Duration callMax;
    private final ThreadPoolExecutor threads;

    /** @param tokens of the parties that poll */
    Mailroom(SecurityEvents events, Clock clock, Map<Party, BearerToken> tokens, Duration callMax) {
        this.events = events;
        this.clock = clock;
        this.tokens = Map.copyOf(tokens);
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
        return path.startsWith(FOLDER);
    }

    /**
     * The box at a path, from memory and at once. Empty for a wrong token, and likewise where there is none: nobody learns
     * who is registered.
     *
     * @param path below the scope
     * @param authorization the header as it was sent
     */
    public Optional<Box> open(String scope, String path, @Nullable String authorization) {
        Optional<Map.Entry<Party, BearerToken>> found = tokens.entrySet().stream()
                .filter(entry -> entry.getKey().scope().value().equals(scope)
                        && path.equals(FOLDER + entry.getKey().name()))
                .findFirst();
        boolean known = found.map(Map.Entry::getValue).orElse(nobodys).isIn(authorization);
        return found.filter(entry -> known).map(entry -> box(entry.getKey()));
    }

    Box box(Party party) {
        return request -> exchange(party, request);
    }

    private CompletionStage<Reply> exchange(Party party, byte[] request) {
        Optional<Poll> poll = Poll.parse(request);
        if (poll.isEmpty()) {
            return CompletableFuture.completedFuture(Reply.UNREADABLE);
        }
        try {
            return CompletableFuture.supplyAsync(() -> answer(party, poll.get()), threads)
                    .completeOnTimeout(Reply.LATER, callMax.toMillis(), TimeUnit.MILLISECONDS)
                    .exceptionally(failure -> {
                        LOG.error("{} was not answered; it is told to come again", party, failure);
                        return Reply.LATER;
                    });
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(Reply.LATER);
        }
    }

    private Reply answer(Party party, Poll poll) {
        try {
            Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
            String actor = Outbox.nameOf(party);
            events.acknowledge(party, poll.acknowledged(), now, actor);
            // A crash before the next line: the party gets no answer, and says it again.
            poll.refused().forEach((jti, code) -> events.refuse(party, jti, code, now, actor));
            List<Sent> offered = events.offered(party, poll.eventsMax() + 1);
            Map<String, Object> sets = new LinkedHashMap<>();
            offered.stream().limit(poll.eventsMax()).forEach(sent -> sets.put(sent.jti(), sent.token()));
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("sets", sets);
            answer.put("moreAvailable", offered.size() > poll.eventsMax());
            return new Reply(200, new String(Json.render(answer), StandardCharsets.UTF_8));
        } catch (KeymgrException e) {
            LOG.error(
                    "{} was not answered; it is told to come again: {} [{}]",
                    party,
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
