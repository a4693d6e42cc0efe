package dev.keymgr.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.simulation.Simulation.Deviation;
import dev.keymgr.simulation.Simulation.Haste;
import dev.keymgr.simulation.Simulation.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Replay one run with {@code -Dkeymgr.simulation.seed=N}; run more with {@code -Dkeymgr.simulation.runs=N}, longer ones with
 * {@code -Dkeymgr.simulation.years=N}.
 */
@Execution(ExecutionMode.CONCURRENT)
@Tag("long")
final class SimulationTest {
    private static final Duration YEARS = Duration.ofDays(366L * Integer.getInteger("keymgr.simulation.years", 10));

    @TestFactory
    Stream<DynamicTest> rejectsNoGenuineTokenInTenYearsOfTrouble() {
        long first = Long.getLong("keymgr.simulation.seed", 1L);
        int runs = Integer.getInteger("keymgr.simulation.runs", 1);
        return LongStream.range(first, first + runs)
                .mapToObj(seed -> DynamicTest.dynamicTest("seed " + seed, () -> {
                    Outcome outcome = new Simulation(seed, Deviation.NONE, Haste.SELDOM).run(YEARS);

                    assertThat(outcome.rejected()).as(outcome.firstRejection()).isZero();
                    assertThat(outcome.rotations())
                            .as("the run was no run: " + outcome)
                            .isGreaterThan(100);
                    assertThat(outcome.verified()).isGreaterThan(10_000);
                    assertThat(outcome.crashes()).isGreaterThan(100);
                }));
    }

    @Test
    void rejectsNoneEvenWhereEveryKeySignsAsSoonAsItMay() {
        for (long seed = 1; seed < 4; seed++) {
            Outcome outcome = new Simulation(seed, Deviation.NONE, Haste.ALWAYS).run(Duration.ofDays(10));

            assertThat(outcome.rejected()).as(outcome.firstRejection()).isZero();
            assertThat(outcome.rotations()).isGreaterThan(100);
        }
    }

    @Test
    void seesVerifiersThatKeepASetForLongerThanDeclared() {
        Deviation underDeclared = new Deviation(Optional.of(Duration.ofMinutes(90)), Duration.ZERO);

        assertThat(rejectedIn(underDeclared)).isPositive();
    }

    @Test
    void seesAKeyRemovedBeforeItsTokensAreDead() {
        Deviation longLived = new Deviation(Optional.empty(), Duration.ofMinutes(10));

        assertThat(rejectedIn(longLived)).isPositive();
    }

    private static long rejectedIn(Deviation deviation) {
        return LongStream.range(1, 4)
                .map(seed -> new Simulation(seed, deviation, Haste.ALWAYS)
                        .run(Duration.ofDays(10))
                        .rejected())
                .sum();
    }
}
