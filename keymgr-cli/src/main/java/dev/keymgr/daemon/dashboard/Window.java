package dev.keymgr.daemon.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The stretch of time a timeline shows. */
record Window(Instant from, Instant until) {
    /** A change of keys shorter than one part in this many of a rotation cannot be read in the overview. */
    private static final int CLOSE_UP_FROM = 12;

    Window {
        if (!from.isBefore(until)) {
            throw new IllegalArgumentException("a timeline from " + from + " until " + until);
        }
    }

    /** One rotation back and one ahead. */
    static Window overview(ScopeView scope, Instant now) {
        Duration rotation = scope.policy().rotation();
        return new Window(now.minus(rotation), now.plus(rotation));
    }

    /**
     * As far around the present as a change of keys takes; empty when that is seen well enough in the overview, or nothing
     * changes in that time.
     */
    static Optional<Window> closeUp(ScopeView scope, List<Lane> lanes, Instant now) {
        Duration publication = scope.policy().publicationInterval();
        Duration retirement = scope.policy().retireInterval();
        Duration change = publication.compareTo(retirement) >= 0 ? publication : retirement;
        if (change.multipliedBy(CLOSE_UP_FROM).compareTo(scope.policy().rotation()) > 0) {
            return Optional.empty();
        }
        Window window = new Window(now.minus(change), now.plus(change));
        return lanes.stream().flatMap(l -> l.spans().stream()).anyMatch(s -> window.contains(s.from()))
                ? Optional.of(window)
                : Optional.empty();
    }

    boolean contains(Instant at) {
        return !at.isBefore(from) && at.isBefore(until);
    }

    Duration length() {
        return Duration.between(from, until);
    }

    /** How far along, in percent; 0 before it and 100 after it. */
    double percent(Instant at) {
        if (!at.isAfter(from)) {
            return 0;
        }
        if (!at.isBefore(until)) {
            return 100;
        }
        return 100.0 * Duration.between(from, at).toNanos() / length().toNanos();
    }
}
