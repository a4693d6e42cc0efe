package dev.keymgr.rollover;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * An instant with the arithmetic that gave it. The planner takes {@link #result()}; {@code keymgr why} prints the rest, so
 * what is explained is what was computed.
 *
 * @param name what the instant is called, for example {@code readyAt}
 * @param baseName where it starts from
 */
public record Derivation(String name, String baseName, Instant base, List<Term> terms) {
    /**
     * One summand.
     *
     * @param symbol as in the design, for example {@code C*}
     * @param meaning in words
     */
    public record Term(String symbol, String meaning, Duration value) {}

    public Derivation {
        terms = List.copyOf(terms);
    }

    static Derivation of(String name, String baseName, Instant base) {
        return new Derivation(name, baseName, base, List.of());
    }

    Derivation plus(String symbol, String meaning, Duration value) {
        List<Term> more = new ArrayList<>(terms);
        more.add(new Term(symbol, meaning, value));
        return new Derivation(name, baseName, base, more);
    }

    /** The same sum as another instant's beginning. */
    Derivation named(String other) {
        return new Derivation(other, baseName, base, terms);
    }

    public Instant result() {
        Instant sum = base;
        for (Term term : terms) {
            sum = sum.plus(term.value());
        }
        return sum;
    }
}
