package dev.keymgr.incident;

import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an incident at one moment: a revision of the account, which grows with the record and never loses
 * anything. Immutable.
 *
 * @param revision how often something was added by people; 1 for the opening
 * @param closedAt null while it is open
 * @param statements in the order of their moments, those without one last
 * @param causes every version of what was said of the cause, the last one stands; empty for nothing
 */
public record Account(
        ScopeName scope,
        Kid kid,
        int revision,
        Instant openedAt,
        String openedBy,
        String reason,
        @Nullable Instant closedAt,
        Times times,
        List<Statement> statements,
        List<Cause> causes) {

    public Account {
        statements = List.copyOf(statements);
        causes = List.copyOf(causes);
    }

    /**
     * The moments that the durations run between.
     *
     * @param misusableFrom from when the key was in other hands: as somebody said, else at the latest, for a misuse proves
     *     it; null while neither is known
     * @param beginning what {@code misusableFrom} is
     * @param detectedAt the first sign: an alarm about the key, a suspension that was not taken back, its revocation or the
     *     opening
     * @param stoppedAt when it stopped signing here for good, so far; null while it may sign
     * @param trustEndsAt by when the last verifier that is known of has stopped; null while that cannot be told
     * @param trustEndIsMeasured whether verifiers said so themselves, rather than arithmetic
     */
    public record Times(
            @Nullable Instant misusableFrom,
            Beginning beginning,
            Instant detectedAt,
            @Nullable Instant stoppedAt,
            @Nullable Instant trustEndsAt,
            Measured trustEndIsMeasured) {

        /** What is known of a beginning. */
        public enum Beginning {
            /** Somebody said so, at the revocation. */
            STATED,
            /** A verifier met a token of the thief then; there may have been earlier ones. */
            AT_THE_LATEST,
            NOT_KNOWN
        }

        /** Whether an end was seen or computed. */
        public enum Measured {
            MEASURED,
            BOUND
        }

        /** From the first misuse to the first sign: at least, where that is all that is known. Empty while nothing is. */
        public Optional<Duration> toDetect() {
            return between(misusableFrom, detectedAt);
        }

        /** From the first sign to the last known verifier's end of trust. */
        public Optional<Duration> toMitigate() {
            return between(detectedAt, trustEndsAt);
        }

        /** From the first misuse to the end of trust: at least, as above. */
        public Optional<Duration> exposure() {
            return between(misusableFrom, trustEndsAt);
        }

        private static Optional<Duration> between(@Nullable Instant from, @Nullable Instant to) {
            if (from == null || to == null) {
                return Optional.empty();
            }
            // What ends before it begins was said wrong, and is no time at all.
            return Optional.of(Duration.between(from, to)).filter(time -> !time.isNegative());
        }
    }

    public Optional<Cause> cause() {
        return causes.isEmpty() ? Optional.empty() : Optional.of(causes.get(causes.size() - 1));
    }
}
