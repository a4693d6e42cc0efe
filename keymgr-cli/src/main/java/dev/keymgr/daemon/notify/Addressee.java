package dev.keymgr.daemon.notify;

import dev.keymgr.audit.AuditRecord;
import java.time.Duration;

/** One that records are taken to, in their order. Used by one thread at a time. */
public interface Addressee {
    /** Stable over restarts and reloads: its mark in the record is kept under it. */
    String name();

    /** Whether it is told of such a record at all. */
    boolean wants(AuditRecord record);

    /**
     * Tries once, within 15 s. Answers whatever goes wrong on the way.
     *
     * @throws InterruptedException when the daemon ends meanwhile; whether it arrived is not known
     * @throws dev.keymgr.key.KeymgrException STORE_UNAVAILABLE when nothing could be looked up; it is tried again
     */
    Answer deliver(AuditRecord record) throws InterruptedException;

    /** The longest pause between two attempts. */
    default Duration pauseMax() {
        return Backoff.MAX;
    }

    /** One that is told of events. */
    static Addressee of(Receiver receiver, CloudEvents events) {
        return new Addressee() {
            @Override
            public String name() {
                return receiver.name();
            }

            @Override
            public boolean wants(AuditRecord record) {
                return EventTable.of(record.event().action())
                        .filter(row -> receiver.wants(row.type()))
                        .isPresent();
            }

            @Override
            public Answer deliver(AuditRecord record) throws InterruptedException {
                return receiver.deliver(events.of(record).orElseThrow());
            }
        };
    }
}
