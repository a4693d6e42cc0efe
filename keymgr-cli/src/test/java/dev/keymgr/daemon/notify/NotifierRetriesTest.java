package dev.keymgr.daemon.notify;

import static dev.keymgr.audit.AuditAction.KEY_ACTIVATED;
import static dev.keymgr.audit.AuditAction.KEY_PUBLISHED;
import static dev.keymgr.audit.AuditAction.NOTIFICATION_GIVEN_UP;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.Deliveries;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of what a receiver does not take. */
@Timeout(60)
class NotifierRetriesTest extends NotifierFixture {
    @Test
    void leavesAReceiverThatFailedAloneForLongerEachTime() {
        Notifier notifier = started();
        inbox.answering(Inbox.status(503));
        office.happens(KEY_PUBLISHED);
        for (int attempt = 1; attempt <= 12; attempt++) {
            notifier.run();
            notifier.run();

            assertThat(inbox.letters).as("each pause is kept").hasSize(attempt);
            Deliveries.Mark mark = office.mark(crew).orElseThrow();
            Duration pause = Duration.between(office.clock.instant(), mark.nextAttemptAt());
            Duration whole = Duration.ofSeconds(Math.min(300, 1L << (attempt - 1)));
            assertThat(mark.attempts()).isEqualTo(attempt);
            assertThat(pause).isBetween(whole.dividedBy(2), whole);
            office.clock.advance(pause);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"40", "Sun, 01 Mar 2026 12:00:40 GMT"})
    void waitsAsLongAsAReceiverAsks(String retryAfter) {
        Notifier notifier = started();
        inbox.answering(exchange -> {
            exchange.getResponseHeaders().set("Retry-After", retryAfter);
            exchange.sendResponseHeaders(429, -1);
        });
        office.happens(KEY_PUBLISHED);

        notifier.run();

        assertThat(office.mark(crew))
                .hasValueSatisfying(mark -> assertThat(mark.nextAttemptAt())
                        .isEqualTo(office.clock.instant().plusSeconds(40)));
    }

    @Test
    void doesNotWaitForAnInstantThatOnlyAWrongClockCouldHaveSet() {
        started();
        office.happens(KEY_PUBLISHED);
        office.store
                .daemons()
                .set(new Deliveries.Mark(
                        crew.name(), 0, 3, office.clock.instant().plus(Duration.ofDays(400))));

        office.notifier(crew).run();

        assertThat(inbox.letters).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 404, 410, 413, 415})
    void givesUpWhatIsRefusedRecordsThatAndGoesOn(int status) {
        Notifier notifier = started();
        AtomicInteger count = new AtomicInteger();
        inbox.answering(exchange -> exchange.sendResponseHeaders(count.getAndIncrement() == 0 ? status : 200, -1));
        office.happens(KEY_PUBLISHED, KEY_ACTIVATED);

        notifier.run();
        notifier.run();

        assertThat(inbox.ids()).isEqualTo(office.ids(KEY_PUBLISHED, KEY_ACTIVATED));
        assertThat(givenUp()).singleElement().satisfies(record -> {
            assertThat(record.event().details())
                    .containsEntry("receiver", "webhook:crew")
                    .containsEntry("event", office.ids(KEY_PUBLISHED).get(0))
                    .containsEntry("reason", "HTTP " + status);
            assertThat(record.event().scope()).isEqualTo(Office.SCOPE);
            assertThat(record.event().kid()).isEqualTo(Office.KID);
            assertThat(record.event().actor()).isEqualTo("keymgr@test");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 307, 408, 425, 429, 500, 503})
    void triesAgainWhatMayYetBeTaken(int status) {
        Notifier notifier = started();
        inbox.answering(exchange -> {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
            exchange.sendResponseHeaders(status, -1);
        });
        office.happens(KEY_PUBLISHED);
        notifier.run();
        inbox.answering(Inbox.status(200));
        office.clock.advance(Duration.ofSeconds(2));
        notifier.run();

        assertThat(inbox.ids())
                .hasSize(2)
                .containsOnly(office.ids(KEY_PUBLISHED).get(0));
        assertThat(inbox.letters).allMatch(letter -> letter.path().startsWith("/hooks"));
        assertThat(givenUp()).isEmpty();
    }

    @Test
    void givesUpAfterThreeDaysButNotBefore() {
        Notifier notifier = started();
        inbox.answering(Inbox.status(500));
        office.happens(KEY_PUBLISHED);
        office.clock.advance(Courier.AGE_MAX);
        notifier.run();
        assertThat(givenUp()).isEmpty();

        office.happens(KEY_ACTIVATED);
        office.clock.advance(Duration.ofMinutes(5));
        notifier.run();

        assertThat(givenUp())
                .singleElement()
                .satisfies(record -> assertThat(record.event().details())
                        .containsEntry("event", office.ids(KEY_PUBLISHED).get(0))
                        .containsEntry("reason", "HTTP 500 after 72 h"));
        assertThat(inbox.ids()).last().isEqualTo(office.ids(KEY_ACTIVATED).get(0));
    }

    private List<AuditRecord> givenUp() {
        return office.record().stream()
                .filter(record -> record.event().action() == NOTIFICATION_GIVEN_UP)
                .toList();
    }
}
