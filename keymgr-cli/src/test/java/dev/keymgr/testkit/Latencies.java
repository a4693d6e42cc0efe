package dev.keymgr.testkit;

import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * How long requests took, by the second in which they began, to 20 microseconds. Add up those of several threads; one of them
 * is for one thread.
 */
public final class Latencies {
    private static final int STEP_MICROS = 20;
    /** The last bucket holds whatever took longer than a fifth of a second. */
    private static final int BUCKETS = 10_000;

    private static final int SECONDS_MAX = 3_600;

    private final int[][] bySecond = new int[SECONDS_MAX][];

    public void add(int second, long nanos) {
        int[] buckets = bySecond[second];
        if (buckets == null) {
            buckets = new int[BUCKETS];
            bySecond[second] = buckets;
        }
        buckets[(int) Math.min(BUCKETS - 1L, nanos / 1_000 / STEP_MICROS)]++;
    }

    public void addAll(Latencies other) {
        for (int second = 0; second < SECONDS_MAX; second++) {
            int[] theirs = other.bySecond[second];
            if (theirs == null) {
                continue;
            }
            int[] ours = bySecond[second];
            if (ours == null) {
                bySecond[second] = Arrays.copyOf(theirs, BUCKETS);
            } else {
                for (int bucket = 0; bucket < BUCKETS; bucket++) {
                    ours[bucket] += theirs[bucket];
                }
            }
        }
    }

    public long count(IntPredicate seconds) {
        return Arrays.stream(together(seconds)).sum();
    }

    /** In milliseconds, how long all but a part of the requests of some seconds took at most; 0 without requests. */
    public double percentile(double part, IntPredicate seconds) {
        long[] buckets = together(seconds);
        double wanted = Arrays.stream(buckets).sum() * part;
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            seen += buckets[bucket];
            if (seen > 0 && seen >= wanted) {
                return (bucket + 1) * STEP_MICROS / 1_000.0;
            }
        }
        return 0;
    }

    private long[] together(IntPredicate seconds) {
        long[] sum = new long[BUCKETS];
        for (int second = 0; second < SECONDS_MAX; second++) {
            int[] buckets = bySecond[second];
            if (buckets != null && seconds.test(second)) {
                for (int bucket = 0; bucket < BUCKETS; bucket++) {
                    sum[bucket] += buckets[bucket];
                }
            }
        }
        return sum;
    }
}
