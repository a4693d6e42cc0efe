package dev.keymgr.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.testkit.FakeHsm;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class BoundedTokensTest {
    private static final TokenLabel LABEL = new TokenLabel("consumer-a");

    /** For a call that does not hang; one that does takes as long. */
    private static final Duration ENOUGH_TO_ANSWER = Duration.ofSeconds(1);

    private final AtomicInteger connected = new AtomicInteger();
    private final Semaphore closed = new Semaphore(0);
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** Hang while the gate is shut. */
    private BoundedTokens tokens(Duration bound) {
        return new BoundedTokens(
                label -> {
                    connected.incrementAndGet();
                    Hsm fake = new FakeHsm(label);
                    return new BoundedTokens.Connection() {
                        @Override
                        public Hsm require(TokenLabel asked) {
                            try {
                                gate.await();
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                            return fake;
                        }

                        @Override
                        public void close() {
                            closed.release();
                        }
                    };
                },
                bound);
    }

    @Test
    void keepsOneConnectionWhileTheTokenAnswers() {
        BoundedTokens tokens = tokens(Duration.ofMinutes(1));
        assertThat(tokens.require(LABEL).describe().label()).isEqualTo(LABEL);
        assertThat(tokens.require(LABEL).list()).isEmpty();
        assertThat(connected).hasValue(1);
    }

    @Test
    void leavesACallThatHangsAndBeginsAfreshOnceTheTokenAnswers() throws InterruptedException {
        Hsm hsm = tokens(ENOUGH_TO_ANSWER).require(LABEL);
        CountDownLatch shut = new CountDownLatch(1);
        gate = shut;

        assertThatThrownBy(hsm::list)
                .hasMessageContaining("did not answer within")
                .extracting(e -> ((KeymgrException) e).code())
                .isEqualTo(ErrorCode.TOKEN_UNAVAILABLE);

        gate = new CountDownLatch(0);
        assertThat(hsm.list()).isEmpty();
        assertThat(connected).hasValue(2);
        assertThat(closed.availablePermits()).isZero();
        shut.countDown();
        assertThat(closed.tryAcquire(1, TimeUnit.MINUTES)).isTrue();
    }

    @Test
    void failsAtOnceWhenTooManyCallsHang() throws InterruptedException {
        BoundedTokens tokens = tokens(ENOUGH_TO_ANSWER);
        CountDownLatch shut = new CountDownLatch(1);
        gate = shut;
        for (int i = 0; i < 4; i++) {
            assertThatThrownBy(() -> tokens.require(LABEL)).hasMessageContaining("did not answer within");
        }
        assertThatThrownBy(() -> tokens.require(LABEL)).hasMessageContaining("4 calls hang in it");
        shut.countDown();
        gate = new CountDownLatch(0);
        assertThat(closed.tryAcquire(4, 1, TimeUnit.MINUTES)).isTrue();
        assertThat(tokens.require(LABEL).list()).isEmpty();
    }
}
