package dev.keymgr.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Faults to order at the write points of the fakes, each either before or after the write took effect. Thread-safe. */
public final class FaultPlan {
    /** The two ways a write can fail. */
    public enum Fault {
        FAIL_NOT_APPLIED,
        FAIL_BUT_APPLIED
    }

    private final Map<String, Fault> planned = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final List<String> seen = new ArrayList<>();

    /**
     * Orders a fault.
     *
     * @param nth 1 for the first time that the point is met from now on, or from the last {@link #clear}
     */
    public synchronized void at(String point, int nth, Fault fault) {
        planned.put(point + "#" + nth, fault);
    }

    /** Called by fakes: meets a point, and fails there when that was ordered. */
    public void run(String point, Runnable effect, Supplier<? extends RuntimeException> error) {
        Fault fault = meet(point);
        if (fault == Fault.FAIL_NOT_APPLIED) {
            throw error.get();
        }
        effect.run();
        if (fault == Fault.FAIL_BUT_APPLIED) {
            throw error.get();
        }
    }

    private synchronized @Nullable Fault meet(String point) {
        String name = point + "#" + counts.merge(point, 1, Integer::sum);
        seen.add(name);
        return planned.get(name);
    }

    /** Every point met, in order, as {@code point#n}. */
    public synchronized List<String> seen() {
        return List.copyOf(seen);
    }

    /** Forgets orders, counts and what was seen. */
    public synchronized void clear() {
        planned.clear();
        counts.clear();
        seen.clear();
    }
}
