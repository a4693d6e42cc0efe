package dev.keymgr.rollover;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A change freeze: while it lasts, planned steps wait for its end. An emergency never waits, and no freeze pushes a key
 * past its age limits.
 *
 * @param from inclusive
 * @param until exclusive: at this instant steps go on
 * @param reason in the operator's words; every delayed step repeats it
 */
public record Freeze(Instant from, Instant until, String reason) {
    /** How those of a policy are named in its errors. */
    static final String KEY = "freezes";

    /**
     * Refuses an impossible freeze.
     *
     * @throws PolicyException when it ends before it begins, or has no reason
     */
    public Freeze {
        if (!until.isAfter(from)) {
            throw new PolicyException(KEY, from + " to " + until, "from an instant to a later one");
        }
        if (reason.isBlank()) {
            throw new PolicyException(KEY, "without a reason", "with a reason, so that whoever waits knows why");
        }
    }

    /** Whether it is in force at an instant. */
    public boolean covers(Instant instant) {
        return !instant.isBefore(from) && instant.isBefore(until);
    }

    /** Whether any of it lies in a span of time; both ends of the span count. */
    public boolean meets(Instant begin, Instant end) {
        return !from.isAfter(end) && until.isAfter(begin);
    }

    /** From its beginning to its end. */
    public Duration length() {
        return Duration.between(from, until);
    }

    /** The one of some freezes that is in force at an instant, with those that touch or overlap it as one. */
    public static Optional<Freeze> covering(List<Freeze> freezes, Instant instant) {
        return merged(freezes).stream().filter(f -> f.covers(instant)).findFirst();
    }

    /** In order of time; those that touch or overlap as one, for a step cannot pass between them. */
    public static List<Freeze> merged(List<Freeze> freezes) {
        List<Freeze> merged = new ArrayList<>();
        freezes.stream().sorted(Comparator.comparing(Freeze::from)).forEach(next -> {
            Freeze last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last == null || last.until().isBefore(next.from())) {
                merged.add(next);
            } else {
                merged.set(merged.size() - 1, last.joinedWith(next));
            }
        });
        return List.copyOf(merged);
    }

    private Freeze joinedWith(Freeze later) {
        Instant end = later.until().isAfter(until) ? later.until() : until;
        List<String> said = List.of(reason.split("; ", -1));
        return new Freeze(from, end, said.contains(later.reason()) ? reason : reason + "; " + later.reason());
    }
}
