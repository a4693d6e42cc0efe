package dev.keymgr.key;

/** The monotonic number of a keyring: the compare-and-swap token. 0 is the empty keyring of a new scope. */
public record Generation(long value) implements Comparable<Generation> {
    public static final Generation NONE = new Generation(0);

    public Generation {
        if (value < 0) {
            throw new IllegalArgumentException("a negative generation: " + value);
        }
    }

    public Generation next() {
        return new Generation(value + 1);
    }

    @Override
    public int compareTo(Generation other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
