package dev.keymgr.jwks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every sink of one scope keeps. */
public abstract class JwksSinkContract {
    protected static final ScopeName CONSUMER = new ScopeName("consumer");
    protected static final ScopeName ENTERPRISE = new ScopeName("enterprise");

    /** The sink under test; the same place each time within one test. */
    protected abstract JwksSink sink();

    protected static JwksDocument document(ScopeName scope, long number, String content) {
        return new JwksDocument(
                scope, new Generation(number), content.getBytes(StandardCharsets.UTF_8), Duration.ofMinutes(5));
    }

    protected static void assertRefused(JwksSink sink, JwksDocument document) {
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> sink.publish(document))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PUBLICATION_FAILED));
    }

    protected final String standing() {
        return new String(sink().current(CONSUMER).orElseThrow(), StandardCharsets.UTF_8);
    }

    @Test
    void hasNothingAtFirst() {
        assertThat(sink().current(CONSUMER)).isEmpty();
        assertThat(sink().description()).isNotBlank();
    }

    @Test
    void servesWhatWasPublishedLast() {
        sink().publish(document(CONSUMER, 1, "one"));
        assertThat(standing()).isEqualTo("one");

        sink().publish(document(CONSUMER, 7, "seven"));
        assertThat(standing()).isEqualTo("seven");
    }

    @Test
    void takesTheSameDocumentAgain() {
        sink().publish(document(CONSUMER, 1, "one"));

        assertThatNoException().isThrownBy(() -> sink().publish(document(CONSUMER, 1, "one")));
        assertThat(standing()).isEqualTo("one");
    }

    @Test
    void takesTheSameContentUnderALaterNumberAndHoldsThatNumber() {
        sink().publish(document(CONSUMER, 1, "one"));
        sink().publish(document(CONSUMER, 3, "one"));

        assertRefused(sink(), document(CONSUMER, 2, "two"));
        assertThat(standing()).isEqualTo("one");
    }

    @Test
    void refusesALowerNumberAndTheOldDocumentStands() {
        sink().publish(document(CONSUMER, 2, "two"));

        assertRefused(sink(), document(CONSUMER, 1, "one"));
        assertThat(standing()).isEqualTo("two");
    }

    @Test
    void refusesTheSameNumberWithOtherBytesAndTheOldDocumentStands() {
        sink().publish(document(CONSUMER, 2, "two"));

        assertRefused(sink(), document(CONSUMER, 2, "deux"));
        assertThat(standing()).isEqualTo("two");
    }

    @Test
    void refusesTheDocumentOfAnotherScope() {
        sink().publish(document(CONSUMER, 1, "one"));

        assertRefused(sink(), document(ENTERPRISE, 2, "two"));
        assertThat(standing()).isEqualTo("one");
        assertThat(sink().current(ENTERPRISE)).isEmpty();
    }

    @Test
    void endsWithTheHighestNumberWhenManyPublishAtOnce() throws Exception {
        int documents = 40;
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 1; i <= documents; i++) {
                JwksDocument next = document(CONSUMER, i, "content " + i);
                running.add(threads.submit(() -> publishOrBeLate(next)));
            }
            for (Future<?> each : running) {
                each.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(standing()).isEqualTo("content " + documents);
    }

    private void publishOrBeLate(JwksDocument document) {
        try {
            sink().publish(document);
        } catch (KeymgrException e) {
            assertThat(e).hasMessageContaining("stands there already");
        }
    }
}
