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

class BoundedTokensTest {
    private static final TokenLabel LABEL = new TokenLabel("consumer-a");

    private final AtomicInteger connected = new AtomicInteger();
    private final Semaphore closed = new Semaphore(0);
    private volatile CountDownLatch gate = new CountDownLatch(0);

    /** Hangs while the gate is shut. */
    private final BoundedTokens tokens = new BoundedTokens(
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
            Duration.ofMillis(50));

    @Test
    void keepsOneConnectionWhileTheTokenAnswers() {
        assertThat(tokens.require(LABEL).describe().label()).isEqualTo(LABEL);
        assertThat(tokens.require(LABEL).list()).isEmpty();
        assertThat(connected).hasValue(1);
    }

    @Test
    void leavesACallThatHangsAndBeginsAfreshOnceTheTokenAnswers() throws InterruptedException {
        Hsm hsm = tokens.require(LABEL);
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
