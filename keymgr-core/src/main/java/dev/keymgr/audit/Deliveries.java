package dev.keymgr.audit;

import java.time.Instant;
import java.util.Optional;

/**
 * How far each receiver of notifications has been told: the audit record is the outbox, and this is the mark in it. Durable;
 * safe for many threads and processes.
 */
public interface Deliveries {
    /**
     * A receiver's mark.
     *
     * @param sequence of the last record that it has, or that it will never get
     * @param attempts made in vain at the record after that
     * @param nextAttemptAt not before this
     */
    record Mark(String receiver, long sequence, int attempts, Instant nextAttemptAt) {}

    /** Empty for a receiver that was never told anything. */
    Optional<Mark> find(String receiver);

    /** Replaces the receiver's mark. */
    void set(Mark mark);
}
