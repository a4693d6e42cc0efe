package dev.keymgr.daemon.dashboard;

import dev.keymgr.key.Moment;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Timing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The life of one key as a timeline draws it: past as recorded, future as planned.
 *
 * @param name kid prefix, or the name of a key that does not exist yet
 * @param algorithm null for a key to come whose first use is out of sight
 * @param spans in order of time, without gaps; the last is open
 */
record Lane(String name, @Nullable SigningAlgorithm algorithm, List<Span> spans) {
    /**
     * One stretch.
     *
     * @param until null while no end is known
     */
    record Span(Phase phase, Instant from, @Nullable Instant until) {
        boolean overlaps(Window window) {
            return from.isBefore(window.until()) && (until == null || until.isAfter(window.from()));
        }

        String words(Instant now) {
            String planned = from.isAfter(now) ? "planned: " : "";
            String end = until == null ? "" : " until " + Words.near(now, until);
            return planned + phase.meaning() + " from " + Words.near(now, from) + end;
        }

        /** Whether more than a sliver of it lies in the window. */
        boolean isVisible(Window window) {
            double end = until == null ? 100 : window.percent(until);
            boolean grave = phase == Phase.SUSPENDED || phase == Phase.REVOKED;
            return overlaps(window) && (grave || end - window.percent(from) > SLIVER);
        }
    }

    /** In percent of a window: less is seen at its edge only, by chance. */
    private static final double SLIVER = 1;

    /** A key begins a phase. */
    record Turn(Instant at, Phase phase) {}

    Lane {
        spans = List.copyOf(spans);
    }

    /** READY is derived, so it counts only while the key is still waiting for it. */
    static Lane of(String name, @Nullable SigningAlgorithm algorithm, List<Turn> turns) {
        List<Turn> ordered = new ArrayList<>();
        for (Turn turn : turns.stream().sorted(Comparator.comparing(Turn::at)).toList()) {
            boolean waits =
                    !ordered.isEmpty() && ordered.get(ordered.size() - 1).phase() == Phase.PUBLISHED;
            if (turn.phase() != Phase.STANDBY || waits) {
                ordered.add(turn);
            }
        }
        List<Span> spans = new ArrayList<>();
        for (int i = 0; i < ordered.size(); i++) {
            Turn turn = ordered.get(i);
            Instant until = i + 1 < ordered.size() ? ordered.get(i + 1).at() : null;
            if (!turn.at().equals(until)) {
                spans.add(new Span(turn.phase(), turn.at(), until));
            }
        }
        return new Lane(name, algorithm, spans);
    }

    /** What is recorded of a key. */
    static List<Turn> recorded(SigningKey key, Timing timing) {
        List<Turn> turns = new ArrayList<>();
        for (Moment moment : Moment.values()) {
            Optional<Instant> at = key.times().find(moment);
            phase(moment).ifPresent(phase -> at.ifPresent(t -> turns.add(new Turn(t, phase))));
        }
        timing.readyAt(key).ifPresent(ready -> turns.add(new Turn(ready.result(), Phase.STANDBY)));
        return turns;
    }

    private static Optional<Phase> phase(Moment moment) {
        return switch (moment) {
            case GENERATED -> Optional.of(Phase.GENERATED);
            case PUBLISHED -> Optional.of(Phase.PUBLISHED);
            case ACTIVATED -> Optional.of(Phase.ACTIVE);
            case SUSPENDED -> Optional.of(Phase.SUSPENDED);
            case RETIRED -> Optional.of(Phase.RETIRED);
            case COMPROMISED -> Optional.of(Phase.REVOKED);
            case REMOVED, DESTROYED -> Optional.of(Phase.REMOVED);
            case OBSERVED, WITHDRAWN, PRIVATE_DESTROYED -> Optional.empty();
        };
    }

    /** Whether any stretch of it in a document can be seen in that window. */
    boolean isIn(Window window) {
        return spans.stream().anyMatch(s -> s.phase() != Phase.REMOVED && s.isVisible(window));
    }
}
