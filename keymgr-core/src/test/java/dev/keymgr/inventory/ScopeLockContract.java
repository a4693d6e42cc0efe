package dev.keymgr.inventory;

import static dev.keymgr.testkit.SampleKeys.CONSUMER;
import static dev.keymgr.testkit.SampleKeys.ENTERPRISE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.testkit.AtOnce;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The sole right to work on a scope, as every inventory gives it. */
public abstract class ScopeLockContract {
    /** A handle on the store of this test; a second one is another client of the same store. */
    protected abstract Inventory inventory();

    @Test
    void refusesASecondHolderOfAScopeAndNamesTheFirst() {
        Inventory first = inventory();
        Inventory second = inventory();
        try (ScopeLock held = first.lock(CONSUMER, Duration.ZERO);
                ScopeLock other = second.lock(ENTERPRISE, Duration.ZERO)) {
            for (Inventory client : List.of(first, second)) {
                KeymgrException busy =
                        catchThrowableOfType(KeymgrException.class, () -> client.lock(CONSUMER, Duration.ofMillis(60)));

                assertThat(busy.code()).isEqualTo(ErrorCode.SCOPE_BUSY);
                assertThat(busy).hasMessageContaining(holderName());
            }
            assertThat(held).isNotSameAs(other);
        }
    }

    /** How a holder in this process is named. */
    protected String holderName() {
        return "pid " + ProcessHandle.current().pid();
    }

    @Test
    void givesALockToWhoWaitedForIt() throws Exception {
        Inventory first = inventory();
        Inventory second = inventory();
        ScopeLock held = first.lock(CONSUMER, Duration.ZERO);
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            CountDownLatch waiting = new CountDownLatch(1);
            Future<ScopeLock> next = executor.submit(() -> {
                waiting.countDown();
                return second.lock(CONSUMER, Duration.ofSeconds(30));
            });
            waiting.await();
            assertThat(next.isDone()).isFalse();

            held.close();

            next.get().close();
        } finally {
            executor.shutdown();
        }
    }

    @Test
    void doesNotGiveBackAnothersLockWhenClosedTwice() {
        Inventory client = inventory();
        ScopeLock old = client.lock(CONSUMER, Duration.ZERO);
        old.close();
        try (ScopeLock held = client.lock(CONSUMER, Duration.ZERO)) {
            old.close();

            assertThat(held).isNotNull();
            assertThatThrownBy(() -> client.lock(CONSUMER, Duration.ZERO)).isInstanceOf(KeymgrException.class);
        }
    }

    @Test
    void letsOneThreadAtATimeWorkOnAScope() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        List<Integer> most = AtOnce.run(List.of(inventory(), inventory(), inventory()), client -> {
            int seen = 0;
            for (int i = 0; i < 20; i++) {
                try (ScopeLock held = client.lock(CONSUMER, Duration.ofMinutes(1))) {
                    seen = Math.max(seen, inside.incrementAndGet());
                    assertThat(client.read(CONSUMER).keys()).isEmpty();
                    inside.decrementAndGet();
                    assertThat(held).isNotNull();
                }
            }
            return seen;
        });

        assertThat(most).containsOnly(1);
    }
}
