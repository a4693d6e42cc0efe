package dev.keymgr.key;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/** When what happened to a key. Immutable. */
public record KeyTimes(Map<Moment, Instant> moments) {
    public KeyTimes {
        if (!moments.containsKey(Moment.GENERATED)) {
            throw new IllegalArgumentException("a key without the instant of its generation");
        }
        moments = Map.copyOf(moments);
    }

    public static KeyTimes generatedAt(Instant at) {
        return new KeyTimes(Map.of(Moment.GENERATED, at));
    }

    public Optional<Instant> find(Moment moment) {
        return Optional.ofNullable(moments.get(moment));
    }

    /**
     * When it came to that moment.
     *
     * @throws IllegalStateException when it never did: the caller asked in the wrong state
     */
    public Instant require(Moment moment) {
        return find(moment).orElseThrow(() -> new IllegalStateException("no instant recorded for " + moment));
    }

    public Instant generatedAt() {
        return require(Moment.GENERATED);
    }

    public KeyTimes with(Moment moment, Instant at) {
        EnumMap<Moment, Instant> next = new EnumMap<>(moments);
        next.put(moment, at);
        return new KeyTimes(next);
    }

    public KeyTimes without(Moment moment) {
        EnumMap<Moment, Instant> next = new EnumMap<>(moments);
        next.remove(moment);
        return new KeyTimes(next);
    }
}
