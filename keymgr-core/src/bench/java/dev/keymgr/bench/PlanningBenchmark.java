package dev.keymgr.bench;

import dev.keymgr.key.Keyring;
import dev.keymgr.rollover.RolloverPlan;
import dev.keymgr.rollover.RolloverPlanner;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.testkit.Policies;
import dev.keymgr.testkit.SampleKeys;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One look of the planner at a scope that has had very many keys: one active, the rest retired and still listed. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class PlanningBenchmark {
    @Param("10000")
    private int keys;

    private final RolloverPlanner planner = new RolloverPlanner();
    private final RolloverPolicy policy = Policies.workedExample();
    private Keyring keyring;
    private Instant now;

    @Setup
    public void fillKeyring() {
        keyring = SampleKeys.bulk(SampleKeys.CONSUMER, keys);
        now = SampleKeys.START.plusSeconds(keys);
    }

    @Benchmark
    public RolloverPlan plan() {
        return planner.plan(keyring, policy, now);
    }
}
