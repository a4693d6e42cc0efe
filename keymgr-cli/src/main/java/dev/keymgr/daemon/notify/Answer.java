package dev.keymgr.daemon.notify;

import java.time.Duration;

/**
 * What became of one attempt.
 *
 * @param reason in few words, without address or secret; empty when it was delivered
 * @param pause how long the receiver asks to be left alone; zero when it asks nothing
 */
public record Answer(Outcome outcome, String reason, Duration pause) {
    /** Of an attempt. */
    public enum Outcome {
        /** It has the event. */
        DELIVERED,
        /** It may take the event later. */
        FAILED,
        /** It will never take this event. */
        REFUSED
    }

    /** The receiver has it. */
    public static final Answer DELIVERED = new Answer(Outcome.DELIVERED, "", Duration.ZERO);

    /** It may be tried again. */
    public static Answer failed(String reason) {
        return new Answer(Outcome.FAILED, reason, Duration.ZERO);
    }

    /** It need not be tried again. */
    public static Answer refused(String reason) {
        return new Answer(Outcome.REFUSED, reason, Duration.ZERO);
    }
}
