package dev.keymgr.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The hash chain: each record's hash covers the hash before it and its own canonical event, so that an edit, a deletion,
 * a gap or a reorder shows at the first record it touches. A cut tail leaves a chain that is whole; it shows only against
 * a {@link Head} remembered elsewhere. Pure; safe for many threads.
 */
public final class AuditChain {
    private static final String NO_HASH = "0".repeat(64);

    /** What the empty chain ends in. */
    public static final Head START = new Head(0, NO_HASH);

    /**
     * The end of a chain: worth keeping outside the store.
     *
     * @param sequence 0 for the empty chain
     * @param hash of the record of that sequence; 64 zeros for the empty chain
     */
    public record Head(long sequence, String hash) {
        public static Head of(AuditRecord record) {
            return new Head(record.sequence(), record.hash());
        }
    }

    /**
     * The first place where a chain does not hold.
     *
     * @param sequence of the first record that is wrong or missing
     * @param reason for a person
     */
    public record Break(long sequence, String reason) {}

    private AuditChain() {}

    /** The record that follows another, or begins the chain after {@code null}. */
    public static AuditRecord next(@Nullable AuditRecord previous, AuditEvent event) {
        return next(previous == null ? START : Head.of(previous), event);
    }

    /** The record that follows the end of a chain. */
    public static AuditRecord next(Head head, AuditEvent event) {
        return new AuditRecord(head.sequence() + 1, event, head.hash(), hash(head.hash(), event));
    }

    /** The first break in a whole chain, oldest record first; empty when there is none. */
    public static Optional<Break> firstBreak(Iterable<AuditRecord> records) {
        return firstBreakAfter(START, records);
    }

    /** The first break in the part of a chain that follows a trusted end. */
    public static Optional<Break> firstBreakAfter(Head trusted, Iterable<AuditRecord> records) {
        return new Walk(trusted).over(records);
    }

    /**
     * As {@link #firstBreak(Iterable)}, and the chain must hold the remembered record: a tail cut off below it, or another
     * chain put in its place, is a break. Records after it are checked as well.
     */
    public static Optional<Break> firstBreak(Iterable<AuditRecord> records, Head remembered) {
        Walk walk = new Walk(START);
        walk.expect(remembered);
        return walk.over(records);
    }

    private static String hash(String previousHash, AuditEvent event) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(previousHash.getBytes(StandardCharsets.US_ASCII));
            digest.update((byte) '\n');
            digest.update(CanonicalJson.event(event).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** One pass over a chain, holding only its last link. */
    private static final class Walk {
        private Head head;
        private @Nullable Head remembered;

        Walk(Head trusted) {
            head = trusted;
        }

        void expect(Head end) {
            remembered = end;
        }

        Optional<Break> over(Iterable<AuditRecord> records) {
            Optional<Break> found = strayed();
            for (AuditRecord record : records) {
                if (found.isPresent()) {
                    return found;
                }
                found = wrongIn(record);
                head = Head.of(record);
                if (found.isEmpty()) {
                    found = strayed();
                }
            }
            if (found.isEmpty() && remembered != null && head.sequence() < remembered.sequence()) {
                return Optional.of(new Break(
                        head.sequence() + 1,
                        "the chain ends at " + head.sequence() + " but once reached " + remembered.sequence()));
            }
            return found;
        }

        private Optional<Break> wrongIn(AuditRecord record) {
            long due = head.sequence() + 1;
            if (record.sequence() != due) {
                return Optional.of(
                        new Break(due, "record " + record.sequence() + " stands where " + due + " should be"));
            }
            if (!record.previousHash().equals(head.hash())) {
                return Optional.of(new Break(due, "record " + due + " does not follow the record before it"));
            }
            if (!record.hash().equals(hash(head.hash(), record.event()))) {
                return Optional.of(new Break(due, "record " + due + " was changed after it was written"));
            }
            return Optional.empty();
        }

        private Optional<Break> strayed() {
            if (remembered == null || head.sequence() != remembered.sequence() || head.equals(remembered)) {
                return Optional.empty();
            }
            return Optional.of(new Break(
                    head.sequence(),
                    "record " + head.sequence() + " is not the one remembered: the chain was rewritten"));
        }
    }
}
