package dev.keymgr.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which writes of the fakes fail, and remembers which writes were met, so that a test can run once without
 * faults and then once for each point and each kind. Share one plan among all fakes of a test. Safe for many threads.
 */
public final class FaultPlan {
    /**
     * One write.
     *
     * @param name such as {@code hsm.generate}
     * @param nth which occurrence of that name, from 1
     */
    public record Point(String name, int nth) {}

    private final Map<Point, Fault> faults = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final List<Point> seen = new ArrayList<>();

    /** Lets the nth write of a name fail, once; counting starts at 1 and at the making of this plan. */
    public synchronized FaultPlan at(String name, int nth, Fault fault) {
        if (nth < 1) {
            throw new IllegalArgumentException("the first occurrence is 1");
        }
        faults.put(new Point(name, nth), fault);
        return this;
    }

    public FaultPlan at(Point point, Fault fault) {
        return at(point.name(), point.nth(), fault);
    }

    /** Every write met so far, in order, failed or not. */
    public synchronized List<Point> seen() {
        return List.copyOf(seen);
    }

    /** Faults that no write has met yet: a test that planned one and never met it proves nothing. */
    public synchronized List<Point> unmet() {
        return faults.keySet().stream().filter(point -> !seen.contains(point)).toList();
    }

    /**
     * For fakes: performs one write as the plan says.
     *
     * @param error what the caller of the fake shall see; asked only on a fault
     */
    public <T> T write(String name, Supplier<T> action, Supplier<? extends RuntimeException> error) {
        Fault fault = meet(name);
        if (fault == Fault.FAIL_NOT_APPLIED) {
            throw error.get();
        }
        T result = action.get();
        if (fault == Fault.FAIL_BUT_APPLIED) {
            throw error.get();
        }
        return result;
    }

    /** For fakes: the same for a write without a result. */
    public void run(String name, Runnable action, Supplier<? extends RuntimeException> error) {
        Fault fault = meet(name);
        if (fault != Fault.FAIL_NOT_APPLIED) {
            action.run();
        }
        if (fault != null) {
            throw error.get();
        }
    }

    /** Forgets orders, counts and what was seen. */
    public synchronized void clear() {
        faults.clear();
        counts.clear();
        seen.clear();
    }

    private synchronized @Nullable Fault meet(String name) {
        Point point = new Point(name, counts.merge(name, 1, Integer::sum));
        seen.add(point);
        return faults.get(point);
    }
}
