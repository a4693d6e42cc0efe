package dev.keymgr.audit;

import static dev.keymgr.testkit.SampleKeys.CONSUMER;
import static dev.keymgr.testkit.SampleKeys.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.key.Kid;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every audit record does, the fake as well as the databases. */
public abstract class AuditLogContract {
    private static final Kid ONE = new Kid("1".repeat(43));
    private static final Kid TWO = new Kid("2".repeat(43));

    /** A handle on the record of this test; a second one is another client of the same record. */
    protected abstract AuditLog auditLog();

    private static AuditEvent event(int n, @Nullable Kid kid) {
        return AuditEvent.of(
                START.plusNanos(n), "ann@test", AuditAction.TRANSITION_REFUSED, CONSUMER, kid, Map.of("n", "" + n));
    }

    private static List<AuditEvent> events(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(n -> event(n, null)).toList();
    }

    @Test
    void isEmptyAtFirst() {
        assertThat(auditLog().read(0, 10)).isEmpty();
        assertThat(auditLog().latest(10)).isEmpty();
        assertThat(auditLog().about(ONE)).isEmpty();
    }

    @Test
    void chainsWhatIsAppended() {
        auditLog().append(events(1, 3));
        auditLog().append(List.of());
        auditLog().append(events(4, 4));

        List<AuditRecord> records = auditLog().read(0, 10);
        assertThat(records).extracting(AuditRecord::event).isEqualTo(events(1, 4));
        assertThat(AuditChain.firstBreak(records)).isEmpty();
    }

    @Test
    void givesBackEveryFieldExactly() {
        List<AuditEvent> events = new ArrayList<>();
        for (AuditAction action : AuditAction.values()) {
            events.add(AuditEvent.of(
                    Instant.parse("2026-12-31T23:59:59.999999999Z"),
                    "añn \"o'neil\" <\uD834\uDD1E>@host",
                    action,
                    CONSUMER,
                    events.size() % 2 == 0 ? ONE : null,
                    Map.of("", "", "line\nbreak", "\u0000\u001f\u007f\u2028", "'; --", "\\\"")));
        }
        auditLog().append(events);

        assertThat(auditLog().read(0, 100)).extracting(AuditRecord::event).isEqualTo(events);
        assertThat(AuditChain.firstBreak(auditLog().read(0, 100))).isEmpty();
    }

    @Test
    void readsOnPageByPage() {
        auditLog().append(events(1, 25));

        assertThat(auditLog().read(0, 10))
                .extracting(AuditRecord::sequence)
                .startsWith(1L)
                .hasSize(10);
        assertThat(auditLog().read(10, 10))
                .extracting(AuditRecord::sequence)
                .startsWith(11L)
                .hasSize(10);
        assertThat(auditLog().read(20, 10))
                .extracting(AuditRecord::sequence)
                .startsWith(21L)
                .hasSize(5);
        assertThat(auditLog().read(25, 10)).isEmpty();
    }

    @Test
    void givesTheNewestOldestFirst() {
        auditLog().append(events(1, 25));

        assertThat(auditLog().latest(3)).extracting(AuditRecord::sequence).containsExactly(23L, 24L, 25L);
        assertThat(auditLog().latest(100)).hasSize(25);
    }

    @Test
    void givesAllThatEverBefellAKey() {
        auditLog().append(List.of(event(1, ONE), event(2, TWO), event(3, null), event(4, ONE)));

        assertThat(auditLog().about(ONE)).extracting(AuditRecord::sequence).containsExactly(1L, 4L);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 10_001})
    void refusesALimitOutOfBounds(int limit) {
        assertThatThrownBy(() -> auditLog().read(0, limit)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> auditLog().latest(limit)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keepsOneChainThroughManyWriters() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(4);
        List<Future<?>> writers = new ArrayList<>();
        for (int w = 0; w < 4; w++) {
            AuditLog log = auditLog();
            writers.add(executor.submit(() -> {
                for (int i = 0; i < 25; i++) {
                    log.append(events(i, i + 1));
                }
            }));
        }
        executor.shutdown();
        for (Future<?> writer : writers) {
            writer.get();
        }

        assertThat(auditLog().read(0, 1000)).hasSize(200);
        assertThat(AuditChain.firstBreak(auditLog().read(0, 1000))).isEmpty();
    }
}
