package dev.keymgr.incident;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One sentence of an account.
 *
 * @param at when what it says happened, or was said; null for what has no moment
 * @param text for people
 * @param confidence of an inference; null for what was observed, or is not known
 * @param records the audit records that it rests on; of an unknown, those that raise the question; perhaps none
 */
public record Statement(
        Certainty certainty,
        @Nullable Instant at,
        String text,
        @Nullable Confidence confidence,
        List<Long> records) {
    /** How it is known. The three are never merged. */
    public enum Certainty {
        OBSERVED,
        INFERRED,
        UNKNOWN
    }

    /** How sure an inference is. */
    public enum Confidence {
        LOW,
        MEDIUM,
        HIGH
    }

    public Statement {
        records = List.copyOf(records);
        if ((confidence != null) != (certainty == Certainty.INFERRED)) {
            throw new IllegalArgumentException("an inference states its confidence, and nothing else does");
        }
        if (certainty == Certainty.OBSERVED && records.isEmpty()) {
            throw new IllegalArgumentException("an observation points to the record of it");
        }
        if (text.isBlank()) {
            throw new IllegalArgumentException("a statement that says nothing");
        }
    }
}
