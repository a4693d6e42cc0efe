package dev.keymgr.rollover;

import static dev.keymgr.rollover.Rollovers.CONSUMER;
import static dev.keymgr.rollover.Rollovers.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.rollover.RolloverPolicy.Ages;
import dev.keymgr.testkit.Policies;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Change freezes against the limits on age: whole forecasts over random freezes. */
final class FreezeLimitsTest {
    private static final Duration R = Duration.ofDays(14);

    /** As the worked example, but a key may grow old enough to sit out ten days. */
    private static final RolloverPolicy PATIENT = Policies.workedExample()
            .withAges(new Ages(R.multipliedBy(2), R.multipliedBy(2).plusDays(11), Duration.ZERO, Duration.ofDays(40)));

    private static Instant day(double days) {
        return START.plusMillis(Math.round(days * 86_400_000));
    }

    /** The law behind all of it, over random freezes: ticks in time, so every limit is met exactly. */
    @Test
    void noFreezeTakesAKeyPastItsLimitsAndNothingElseHappensInsideOne() {
        int waited = 0;
        int forced = 0;
        for (long seed = 1; seed <= 40; seed++) {
            Random random = new Random(seed);
            RolloverPolicy base = random.nextBoolean() ? PATIENT : Policies.workedExample();
            RolloverPolicy policy =
                    Policies.withStandbys(base, 1 + random.nextInt(2)).withFreezes(randomFreezes(random));
            Lives lives = new Lives(policy);
            for (Forecast.Event event : Forecast.of(Keyring.empty(CONSUMER), policy, START, day(500))
                    .events()) {
                lives.follow(event);
            }
            assertThat(lives.activations).as("seed %d", seed).isGreaterThan(10);
            waited += lives.waited;
            forced += lives.forced;
        }
        assertThat(waited).isGreaterThan(100);
        assertThat(forced).isGreaterThan(20);
    }

    private static List<Freeze> randomFreezes(Random random) {
        List<Freeze> freezes = new ArrayList<>();
        double at = random.nextDouble() * 20;
        while (at < 480) {
            double until = at + 0.01 + random.nextDouble() * (random.nextInt(4) == 0 ? 59 : 8);
            freezes.add(new Freeze(day(at), day(until), "freeze " + freezes.size()));
            at = until + (random.nextInt(4) == 0 ? 0 : random.nextDouble() * 25);
        }
        return freezes.subList(0, Math.min(freezes.size(), RolloverPolicy.FREEZES_MAX));
    }

    /** Follows a forecast key by key. */
    private static final class Lives {
        private final RolloverPolicy policy;
        private final Map<Kid, Instant> born = new HashMap<>();
        private final Map<Kid, Instant> ended = new HashMap<>();
        private final Set<Kid> listed = new HashSet<>();
        private int activations;
        private int waited;
        private int forced;

        Lives(RolloverPolicy policy) {
            this.policy = policy;
        }

        void follow(Forecast.Event event) {
            boolean frozen = Freeze.covering(policy.freezes(), event.at()).isPresent();
            waited += event.reason().contains("it waited for the end of the change freeze") ? 1 : 0;
            if (frozen && event.reason().contains("age limit comes before")) {
                forced++;
            } else if (frozen) {
                assertThat(event.step())
                        .as("%s in a freeze: %s", event.at(), event.reason())
                        .matches(s -> s instanceof Step.Generate || s instanceof Step.Publish || activations == 0);
            }
            if (event.step() instanceof Step.Activate step) {
                activations++;
                Kid predecessor = step.predecessor();
                if (predecessor != null) {
                    requireWithin(predecessor, event.at(), policy.ages().max());
                    ended.put(predecessor, event.at());
                }
            } else if (event.step() instanceof Step.Publish step) {
                step.added().forEach(k -> born.put(k, event.at()));
                listed.addAll(step.added());
                boolean onlyDates = step.added().isEmpty() && step.removed().isEmpty();
                assertThat(frozen && (onlyDates || !step.removed().isEmpty()))
                        .as("%s in a freeze: %s", event.at(), event.reason())
                        .matches(unlawful -> !unlawful || event.reason().contains("age limit comes before"));
                step.removed()
                        .forEach(k -> requireWithin(
                                k,
                                event.at()
                                        .plus(policy.propagation())
                                        .plus(policy.cache().bound()),
                                policy.ages().trust()));
            }
        }

        /** A key is published the moment it is generated here, or later by a freeze: then this is generous to nobody. */
        private void requireWithin(Kid kid, Instant at, Duration limit) {
            Instant since = born.get(kid);
            assertThat(since).isNotNull();
            assertThat(Duration.between(since, at)).isLessThanOrEqualTo(limit);
        }
    }
}
