package dev.keymgr.daemon.notify;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.Deliveries;
import dev.keymgr.audit.Deliveries.Mark;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes the record to one addressee, in order, from its mark on. */
final class Courier {
    /** What could not be delivered for so long is no news any more. */
    static final Duration AGE_MAX = Duration.ofDays(3);

    /** After this no other delivery is begun in one round. */
    private static final Duration ROUND_MAX = Duration.ofSeconds(5);

    private static final int BATCH = 500;

    private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

    private final Addressee receiver;
    private final AuditLog audit;
    private final Deliveries deliveries;
    private final Clock clock;
    private final Backoff backoff;
    private final String actor;
    private final Outcomes outcomes;

    Courier(
            Addressee receiver,
            AuditLog audit,
            Deliveries deliveries,
            Clock clock,
            Backoff backoff,
            String actor,
            Outcomes outcomes) {
        this.receiver = receiver;
        this.audit = audit;
        this.deliveries = deliveries;
        this.clock = clock;
        this.backoff = backoff;
        this.actor = actor;
        this.outcomes = outcomes;
    }

    /** Delivers what is outstanding, until there is nothing, an attempt fails, or the time for one round is over. */
    void round() throws InterruptedException {
        Optional<Mark> known = deliveries.find(receiver.name());
        if (known.isEmpty()) {
            // News begins when someone subscribes. Saved at once: what happens from here on is owed.
            deliveries.set(new Mark(receiver.name(), end(), 0, now()));
        } else if (!isWaiting(known.get())) {
            new Round(known.get()).run();
        }
    }

    private long end() {
        return audit.latest(1).stream()
                .mapToLong(AuditRecord::sequence)
                .findFirst()
                .orElse(0);
    }

    /** A pause longer than any we set comes from a clock that was ahead; it does not count. */
    private boolean isWaiting(Mark mark) {
        Instant now = now();
        return mark.nextAttemptAt().isAfter(now)
                && !mark.nextAttemptAt().isAfter(now.plus(RetryAfter.MAX).plus(Backoff.MAX));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** One walk along the record. */
    private final class Round {
        private final long start = System.nanoTime();
        private Mark mark;
        private boolean isSaved = true;

        Round(Mark mark) {
            this.mark = mark;
        }

        void run() throws InterruptedException {
            boolean goesOn = true;
            while (goesOn) {
                List<AuditRecord> records = audit.read(mark.sequence(), BATCH);
                goesOn = walk(records) && records.size() == BATCH;
            }
            if (!isSaved) {
                // A crash before this line: the records that are not told are looked at again.
                deliveries.set(mark);
            }
        }

        /** Whether it may go on. */
        private boolean walk(List<AuditRecord> records) throws InterruptedException {
            for (AuditRecord record : records) {
                if (!receiver.wants(record)) {
                    mark = new Mark(
                            receiver.name(),
                            record.sequence(),
                            0,
                            record.event().at());
                    isSaved = false;
                } else if (System.nanoTime() - start > ROUND_MAX.toNanos() || !attempt(record)) {
                    return false;
                }
            }
            return true;
        }

        private boolean attempt(AuditRecord record) throws InterruptedException {
            Answer answer = receiver.deliver(record);
            tell(answer);
            // A crash here, or another daemon that does the same: it is delivered again, under the same id.
            if (isToldByAnother(record)) {
                isSaved = true;
                return false;
            }
            return switch (answer.outcome()) {
                case DELIVERED -> {
                    LOG.debug(
                            "{} was told of {} {}",
                            receiver.name(),
                            record.event().action().id(),
                            CloudEvents.id(record));
                    save(new Mark(receiver.name(), record.sequence(), 0, now()));
                    yield true;
                }
                case REFUSED -> giveUp(record, answer.reason());
                case FAILED -> failed(record, answer);
            };
        }

        private void tell(Answer answer) {
            if (answer.outcome() == Answer.Outcome.DELIVERED) {
                outcomes.delivered(receiver.name());
            } else {
                outcomes.failed(receiver.name());
            }
        }

        /** Two daemons do this at once only by accident; the one that is behind stops. */
        private boolean isToldByAnother(AuditRecord record) {
            return deliveries
                    .find(receiver.name())
                    .filter(now -> now.sequence() >= record.sequence())
                    .isPresent();
        }

        private boolean failed(AuditRecord record, Answer answer) {
            Instant now = now();
            if (record.event().at().isBefore(now.minus(AGE_MAX))) {
                return giveUp(record, answer.reason() + " after " + AGE_MAX.toHours() + " h");
            }
            int attempts = mark.attempts() + 1;
            Duration pause = backoff.after(attempts, receiver.pauseMax());
            Instant next = now.plus(pause.compareTo(answer.pause()) < 0 ? answer.pause() : pause);
            LOG.warn(
                    "{} was not told of {}, attempt {}: {}; it waits until {}",
                    receiver.name(),
                    CloudEvents.id(record),
                    attempts,
                    answer.reason(),
                    next);
            save(new Mark(receiver.name(), record.sequence() - 1, attempts, next));
            return false;
        }

        private boolean giveUp(AuditRecord record, String reason) {
            AuditEvent event = record.event();
            LOG.error("{} will never be told of {}: {}", receiver.name(), CloudEvents.id(record), reason);
            Map<String, String> details =
                    Map.of("receiver", receiver.name(), "event", CloudEvents.id(record), "reason", reason);
            audit.append(List.of(AuditEvent.of(
                    now(), actor, AuditAction.NOTIFICATION_GIVEN_UP, event.scope(), event.kid(), details)));
            // A crash here: it is tried once more, and if that fails given up, and recorded, a second time.
            save(new Mark(receiver.name(), record.sequence(), 0, now()));
            return true;
        }

        private void save(Mark next) {
            deliveries.set(next);
            mark = next;
            isSaved = true;
        }
    }
}
