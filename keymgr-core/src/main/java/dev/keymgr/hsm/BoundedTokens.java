package dev.keymgr.hsm;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.rollover.Durations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tokens whose every call ends within a bound. A call that does not is left behind with its thread and its connection, and
 * the next one begins on a fresh connection; so a token that hangs delays nobody for longer than the bound and comes back
 * without a restart. For many threads.
 */
public final class BoundedTokens implements Tokens, AutoCloseable {
    /** Threads left behind on one token; with so many the calls fail at once until one of them ends. */
    private static final int LEFT_BEHIND_MAX = 4;

    /** An RSA key takes many times as long to make as anything else takes. */
    private static final int GENERATION = 6;

    /** Tokens that can be let go of. */
    public interface Connection extends Tokens, AutoCloseable {
        @Override
        void close();
    }

    private final Function<TokenLabel, Connection> connect;
    private final Duration bound;
    private final Map<TokenLabel, Line> lines = new ConcurrentHashMap<>();

    /**
     * Connects to nothing yet.
     *
     * @param connect a fresh connection to one token, which shares nothing with an earlier one
     * @param bound of each call
     */
    public BoundedTokens(Function<TokenLabel, Connection> connect, Duration bound) {
        this.connect = connect;
        this.bound = bound;
    }

    @Override
    public Hsm require(TokenLabel label) {
        Line line = lines.computeIfAbsent(label, Line::new);
        line.call(hsm -> true);
        return new BoundedHsm(line);
    }

    /** How often a token was asked to sign, whether it did or not. */
    public long signatures(TokenLabel label) {
        Line line = lines.get(label);
        return line == null ? 0 : line.signatures.sum();
    }

    /** Lets go of every connection; a call that hangs is not waited for. */
    @Override
    public void close() {
        lines.values().forEach(Line::abandon);
        lines.clear();
    }

    /** One token, and the connection that is in use. */
    private final class Line {
        private final TokenLabel label;
        private final LongAdder signatures = new LongAdder();
        private @Nullable Connection current;
        private int leftBehind;

        Line(TokenLabel label) {
            this.label = label;
        }

        <T> T call(Function<Hsm, T> question) {
            return call(1, question);
        }

        <T> T call(int bounds, Function<Hsm, T> question) {
            Connection used = connection();
            FutureTask<T> answer = new FutureTask<>(() -> question.apply(used.require(label)));
            // Set by whichever comes first, the end of the call or of the patience with it.
            AtomicBoolean over = new AtomicBoolean();
            Thread thread = new Thread(
                    () -> {
                        answer.run();
                        if (!over.compareAndSet(false, true)) {
                            endedLate(used);
                        }
                    },
                    "token-" + label);
            thread.setDaemon(true);
            thread.start();
            try {
                return answer.get(bound.multipliedBy(bounds).toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException e) {
                leave(used, over);
                throw unavailable(
                        "did not answer within " + Durations.format(bound.multipliedBy(bounds)) + "; the call was left",
                        e);
            } catch (InterruptedException e) {
                leave(used, over);
                Thread.currentThread().interrupt();
                throw unavailable("the call was interrupted; what it did is not known", e);
            } catch (ExecutionException e) {
                throw rethrown(e.getCause());
            }
        }

        private RuntimeException rethrown(@Nullable Throwable cause) {
            if (cause instanceof RuntimeException expected) {
                return expected;
            }
            if (cause instanceof Error fault) {
                throw fault;
            }
            throw new IllegalStateException("a token call threw what it does not declare", cause);
        }

        private synchronized Connection connection() {
            if (leftBehind >= LEFT_BEHIND_MAX) {
                throw unavailable(leftBehind + " calls hang in it; end its server, and they end", null);
            }
            Connection open = current;
            if (open == null) {
                open = connect.apply(label);
                current = open;
            }
            return open;
        }

        private synchronized void leave(Connection used, AtomicBoolean over) {
            if (current == used) {
                current = null;
            }
            if (over.compareAndSet(false, true)) {
                leftBehind++;
            }
        }

        /** What was left behind has come to an end after all: only now may its connection be closed. */
        private void endedLate(Connection used) {
            synchronized (this) {
                leftBehind--;
            }
            used.close();
        }

        private void abandon() {
            Connection open;
            synchronized (this) {
                open = current;
                current = null;
            }
            if (open != null) {
                Thread closing = new Thread(open::close, "token-" + label + "-close");
                closing.setDaemon(true);
                closing.start();
                joinQuietly(closing);
            }
        }

        private void joinQuietly(Thread closing) {
            try {
                closing.join(bound.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private HsmException unavailable(String what, @Nullable Throwable cause) {
            return new HsmException(ErrorCode.TOKEN_UNAVAILABLE, label, what, cause);
        }
    }

    private record BoundedHsm(Line line) implements Hsm {
        @Override
        public TokenLabel label() {
            return line.label;
        }

        @Override
        public TokenDescription describe() {
            return line.call(Hsm::describe);
        }

        @Override
        public Optional<TokenKey> find(CkaId id) {
            return line.call(hsm -> hsm.find(id));
        }

        @Override
        public List<TokenKey> list() {
            return line.call(Hsm::list);
        }

        @Override
        public TokenKey generate(CkaId id, SigningAlgorithm algorithm, Instant now) {
            return line.call(GENERATION, hsm -> hsm.generate(id, algorithm, now));
        }

        @Override
        public byte[] sign(CkaId id, SigningAlgorithm algorithm, byte[] input) {
            line.signatures.increment();
            return line.call(hsm -> hsm.sign(id, algorithm, input));
        }

        @Override
        public SigningHandle open(CkaId id, SigningAlgorithm algorithm) {
            SigningHandle handle = line.call(hsm -> hsm.open(id, algorithm));
            return input -> {
                line.signatures.increment();
                return line.call(hsm -> handle.sign(input));
            };
        }

        @Override
        public void destroy(CkaId id) {
            line.call(hsm -> {
                hsm.destroy(id);
                return true;
            });
        }

        /** The connection is shared; it is closed with the tokens. */
        @Override
        public void close() {}
    }
}
