package dev.keymgr.daemon.notify;

import static dev.keymgr.audit.AuditAction.ALARM_RAISED;
import static dev.keymgr.audit.AuditAction.KEY_ACTIVATED;
import static dev.keymgr.audit.AuditAction.KEY_GENERATED;
import static dev.keymgr.audit.AuditAction.KEY_PUBLISHED;
import static dev.keymgr.audit.AuditAction.KEY_RETIRED;
import static dev.keymgr.audit.AuditAction.KEY_REVOKED;
import static dev.keymgr.audit.AuditAction.NOTIFICATION_GIVEN_UP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.Deliveries;
import dev.keymgr.config.EventType;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(60)
class NotifierTest extends NotifierFixture {
    @Test
    void tellsWhatHappensInOrderAndOnce() {
        Notifier notifier = started();
        office.happens(KEY_GENERATED, KEY_PUBLISHED, KEY_ACTIVATED, KEY_RETIRED);

        notifier.run();
        notifier.run();

        assertThat(inbox.ids()).isEqualTo(office.ids(KEY_PUBLISHED, KEY_ACTIVATED, KEY_RETIRED));
        assertThat(office.mark(crew))
                .hasValueSatisfying(mark -> assertThat(mark.sequence()).isEqualTo(4));
    }

    @Test
    void beginsAtTheEndOfTheRecordWithANewReceiver() {
        office.happens(KEY_PUBLISHED, KEY_ACTIVATED);

        started();

        assertThat(inbox.letters).isEmpty();
        assertThat(office.mark(crew))
                .hasValueSatisfying(mark -> assertThat(mark.sequence()).isEqualTo(2));
        office.happens(KEY_RETIRED);
        office.notifier(crew).run();
        assertThat(inbox.ids()).isEqualTo(office.ids(KEY_RETIRED));
    }

    @Test
    void remembersANewReceiverBeforeAnythingHappened() {
        started().close();
        office.happens(KEY_PUBLISHED);

        office.notifier(crew).run();

        assertThat(inbox.letters).hasSize(1);
    }

    @Test
    void losesNothingAndKeepsTheOrderWhileAReceiverIsDown() {
        Notifier notifier = started();
        inbox.down();
        office.happens(KEY_PUBLISHED, KEY_ACTIVATED);
        notifier.run();
        office.happens(KEY_RETIRED, KEY_REVOKED);
        notifier.close();
        Notifier next = office.notifier(crew);
        office.clock.advance(Duration.ofMinutes(1));
        next.run();
        inbox.up();

        office.clock.advance(Duration.ofMinutes(1));
        next.run();
        next.run();

        assertThat(inbox.ids()).isEqualTo(office.ids(KEY_PUBLISHED, KEY_ACTIVATED, KEY_RETIRED, KEY_REVOKED));
        assertThat(office.tally).hasToString("4 delivered, 2 failed");
        assertThat(office.ids(NOTIFICATION_GIVEN_UP)).isEmpty();
    }

    @Test
    void tellsOnlyWhatAReceiverWants() {
        WebhookReceiver pager = office.webhook("pager", inbox, EventType.ALARM_RAISED);
        Notifier notifier = office.notifier(pager);
        notifier.run();
        office.happens(KEY_PUBLISHED, ALARM_RAISED, KEY_ACTIVATED);

        notifier.run();

        assertThat(inbox.ids()).isEqualTo(office.ids(ALARM_RAISED));
        assertThat(office.mark(pager))
                .hasValueSatisfying(mark -> assertThat(mark.sequence()).isEqualTo(3));
    }

    @ParameterizedTest
    @EnumSource(LostMark.Kind.class)
    void deliversAgainUnderTheSameIdAfterACrashBeforeTheMark(LostMark.Kind kind) {
        started();
        office.happens(KEY_PUBLISHED, KEY_ACTIVATED);
        Notifier doomed = office.notifier(new LostMark(office.store.daemons(), kind), crew);

        assertThatThrownBy(doomed::run)
                .isInstanceOfSatisfying(
                        KeymgrException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
        office.notifier(crew).run();

        List<String> told = office.ids(KEY_PUBLISHED, KEY_ACTIVATED);
        assertThat(inbox.ids())
                .isEqualTo(kind == LostMark.Kind.NOT_WRITTEN ? List.of(told.get(0), told.get(0), told.get(1)) : told);
    }

    @Test
    void receiversAreToldAtTheSameTime() {
        Inbox waiting = new Inbox().up().answering(exchange -> {
            await().until(() -> inbox.letters.size() == 2);
            exchange.sendResponseHeaders(204, -1);
        });
        try {
            WebhookReceiver bus = office.webhook("bus", waiting);
            Notifier notifier = office.notifier(bus, crew);
            notifier.run();
            office.happens(KEY_PUBLISHED, KEY_ACTIVATED);

            notifier.run();

            assertThat(waiting.ids()).isEqualTo(inbox.ids()).hasSize(2);
        } finally {
            waiting.close();
        }
    }

    @Test
    void aReceiverThatNeverAnswersHoldsUpNoOther() {
        CountDownLatch patience = new CountDownLatch(1);
        Inbox slow = new Inbox().up().answering(exchange -> await().until(() -> patience.getCount() == 0));
        try {
            WebhookReceiver bus = office.webhook("bus", slow.url(), Duration.ofSeconds(1), EventType.values());
            Notifier notifier = office.notifier(bus, crew);
            notifier.run();
            office.happens(KEY_PUBLISHED, KEY_ACTIVATED);

            notifier.run();

            assertThat(inbox.ids()).isEqualTo(office.ids(KEY_PUBLISHED, KEY_ACTIVATED));
            assertThat(slow.ids()).isEqualTo(office.ids(KEY_PUBLISHED));
            assertThat(office.mark(bus))
                    .hasValueSatisfying(mark -> assertThat(mark.attempts()).isEqualTo(1));
        } finally {
            patience.countDown();
            slow.close();
        }
    }

    @Test
    void doesNotSetBackAnotherDaemonThatWentAhead() {
        Notifier first = started();
        Notifier second = office.notifier(crew);
        office.happens(KEY_PUBLISHED, KEY_ACTIVATED);
        AtomicInteger count = new AtomicInteger();
        inbox.answering(exchange -> {
            if (count.getAndIncrement() == 0) {
                second.run();
            }
            exchange.sendResponseHeaders(204, -1);
        });

        first.run();

        List<String> told = office.ids(KEY_PUBLISHED, KEY_ACTIVATED);
        assertThat(inbox.ids()).containsExactly(told.get(0), told.get(0), told.get(1));
        assertThat(office.mark(crew))
                .hasValueSatisfying(mark -> assertThat(mark.sequence()).isEqualTo(2));
    }

    @Test
    void endsInTheMiddleOfADeliveryWithoutTakingItForDone() {
        Notifier notifier = started();
        CountDownLatch closed = new CountDownLatch(1);
        inbox.answering(exchange -> {
            notifier.close();
            await().until(() -> closed.getCount() == 0);
        });
        office.happens(KEY_PUBLISHED);

        notifier.run();
        closed.countDown();
        notifier.run();

        assertThat(office.mark(crew))
                .hasValueSatisfying(mark -> assertThat(mark.sequence()).isZero());
        assertThat(inbox.letters).hasSize(1);
    }

    @Test
    void takesALongRecordInManySteps() {
        Notifier notifier = started();
        for (int i = 0; i < 3; i++) {
            office.happens(Collections.nCopies(400, KEY_GENERATED).toArray(AuditAction[]::new));
        }
        office.happens(KEY_REVOKED);

        notifier.run();

        assertThat(inbox.ids()).isEqualTo(office.ids(KEY_REVOKED));
    }

    /** A store in which the writing of a mark fails, and did not happen, or did. */
    private record LostMark(Deliveries real, Kind kind) implements Deliveries {
        enum Kind {
            NOT_WRITTEN,
            WRITTEN
        }

        @Override
        public Optional<Mark> find(String receiver) {
            return real.find(receiver);
        }

        @Override
        public void set(Mark mark) {
            if (kind == Kind.WRITTEN) {
                real.set(mark);
            }
            throw new KeymgrException(ErrorCode.STORE_UNAVAILABLE, "the store is gone; try later");
        }
    }
}
