package dev.keymgr.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which write fails, and whether it happened all the same. Shared by the fakes of one test; for many threads. */
public final class FaultPlan {
    /** How a write goes wrong. */
    public enum Fault {
        /** The caller gets the error, and nothing happened. */
        FAIL_NOT_APPLIED,
        /** The caller gets the error, and it happened: the reply was lost. */
        FAIL_BUT_APPLIED
    }

    private record Occurrence(String point, int nth) {}

    private final Map<Occurrence, Fault> planned = new HashMap<>();
    private final List<String> seen = new ArrayList<>();

    /** The nth time (from 1, counted from the beginning or the last {@link #clear}) that the point is passed. */
    public synchronized void at(String point, int nth, Fault fault) {
        planned.put(new Occurrence(point, nth), fault);
    }

    /** Passes a point. */
    public void run(String point, Runnable effect, Supplier<? extends RuntimeException> error) {
        Fault fault = pass(point);
        if (fault == Fault.FAIL_NOT_APPLIED) {
            throw error.get();
        }
        effect.run();
        if (fault == Fault.FAIL_BUT_APPLIED) {
            throw error.get();
        }
    }

    /** Every point passed, in order. */
    public synchronized List<String> seen() {
        return List.copyOf(seen);
    }

    public synchronized void clear() {
        planned.clear();
        seen.clear();
    }

    private synchronized @Nullable Fault pass(String point) {
        seen.add(point);
        int nth = (int) seen.stream().filter(point::equals).count();
        return planned.get(new Occurrence(point, nth));
    }
}
