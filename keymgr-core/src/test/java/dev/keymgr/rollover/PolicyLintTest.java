package dev.keymgr.rollover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.rollover.PolicyLint.Level;
import dev.keymgr.rollover.RolloverPolicy.Ages;
import dev.keymgr.rollover.RolloverPolicy.Caching;
import dev.keymgr.rollover.RolloverPolicy.Lifetime;
import dev.keymgr.rollover.RolloverPolicy.Tenancy;
import dev.keymgr.rollover.RolloverPolicy.Tick;
import dev.keymgr.testkit.Policies;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class PolicyLintTest {
    private static final RolloverPolicy GOOD = Policies.workedExample();

    @Test
    void passesTheWorkedExample() {
        assertThat(PolicyLint.check(GOOD)).isEmpty();
    }

    static Stream<Arguments> impossible() {
        return Stream.of(
                Arguments.of("rotation", "at least 1h21m", change(GOOD, Duration.ofMinutes(80))),
                Arguments.of("rotation", "at most 14d", change(GOOD, Duration.ofDays(15))),
                Arguments.of(
                        "ages.max",
                        "at least 28d15m",
                        ages(Duration.ofDays(20), Duration.ofDays(28), Duration.ofDays(29))),
                Arguments.of(
                        "ages.warn",
                        "at most 28d23h30m",
                        ages(Duration.ofDays(29), Duration.ofDays(29), Duration.ofDays(30))),
                Arguments.of(
                        "ages.trust",
                        "at least 29d2h10m",
                        ages(Duration.ofDays(28), Duration.ofDays(29), Duration.ofDays(29))),
                Arguments.of(
                        "ages.trust",
                        "at most 42d3h31m",
                        ages(Duration.ofDays(28), Duration.ofDays(29), Duration.ofDays(60))),
                Arguments.of("rotation", "at least 14d5m", Policies.with(GOOD, GOOD.cache(), Duration.ofDays(14))));
    }

    @ParameterizedTest
    @MethodSource("impossible")
    void refusesAnImpossiblePolicyAndNamesTheBound(String key, String bound, RolloverPolicy policy) {
        assertThat(PolicyLint.check(policy))
                .filteredOn(f -> f.level() == Level.ERROR)
                .anySatisfy(f -> {
                    assertThat(f.key()).isEqualTo(key);
                    assertThat(f.bound()).isEqualTo(bound);
                    assertThat(f.because()).isNotBlank();
                });
    }

    @Test
    void warnsOfCachesThatOutliveADay() {
        RolloverPolicy slow = Policies.with(
                GOOD,
                Caching.of(Duration.ofMinutes(5), Map.of("slow-partner", Duration.ofHours(25))),
                Duration.ofHours(1));

        assertThat(PolicyLint.check(slow)).anySatisfy(f -> {
            assertThat(f.level()).isEqualTo(Level.WARNING);
            assertThat(f.key()).isEqualTo("cache");
        });
    }

    @Test
    void warnsOfAPolicyOfSecondsAndOfASingleTokenButAllowsBoth() {
        RolloverPolicy seconds = Policies.ofSeconds(List.of(new TokenLabel("only")));

        assertThat(PolicyLint.check(seconds)).isNotEmpty().allMatch(f -> f.level() == Level.WARNING);
    }

    static Stream<Arguments> outOfBounds() {
        return Stream.of(
                Arguments.of("rotation", (Runnable) () -> change(GOOD, Duration.ofMillis(999))),
                Arguments.of("rotation", (Runnable) () -> change(GOOD, Duration.ofDays(401))),
                Arguments.of("cache.max-age", (Runnable) () -> Caching.of(Duration.ZERO, Map.of())),
                Arguments.of("cache.verifiers.x", (Runnable)
                        () -> Caching.of(Duration.ofSeconds(1), Map.of("x", Duration.ofDays(500)))),
                Arguments.of("tokens.leeway", (Runnable)
                        () -> new Lifetime(Duration.ofHours(1), Duration.ofSeconds(-1), Duration.ZERO)),
                Arguments.of("tick.missed", (Runnable) () -> new Tick(Duration.ofMinutes(1), -1)),
                Arguments.of("ages.warn", (Runnable)
                        () -> new Ages(Duration.ZERO, Duration.ofDays(1), Duration.ZERO, Duration.ofDays(2))));
    }

    @ParameterizedTest
    @MethodSource("outOfBounds")
    void refusesToConstructAValueOutOfBounds(String key, Runnable construction) {
        assertThatThrownBy(construction::run).isInstanceOfSatisfying(PolicyException.class, e -> {
            assertThat(e.key()).isEqualTo(key);
            assertThat(e.bound()).isNotBlank();
            assertThat(e.code()).isEqualTo(ErrorCode.POLICY_IMPOSSIBLE);
        });
    }

    @Test
    void takesTheLongestDeclaredBoundAndAddsTheCdn() {
        Caching cache = new Caching(
                Duration.ofMinutes(5), new TreeMap<>(Map.of("partner", Duration.ofHours(1))), Duration.ofMinutes(2));

        assertThat(cache.bound()).isEqualTo(Duration.ofMinutes(62));
    }

    @Test
    void readsAndWritesDurationsAlike() {
        for (String text : List.of("14d", "1h30m", "45s", "1d2h3m4s", "0s")) {
            assertThat(Durations.format(Durations.parse(text).orElseThrow())).isEqualTo(text);
        }
        assertThat(Durations.parse("PT90M")).contains(Duration.ofMinutes(90));
        for (String text : List.of("", "14", "d", "5 m", "1m1h", "-5m", "1.5h", "5x", "p", "ten minutes")) {
            assertThat(Durations.parse(text)).as(text).isEmpty();
        }
    }

    private static RolloverPolicy change(RolloverPolicy p, Duration rotation) {
        return new RolloverPolicy(
                p.tokens(),
                p.algorithms(),
                rotation,
                p.cache(),
                p.propagation(),
                p.lifetime(),
                p.drain(),
                p.tick(),
                p.ages(),
                p.suspension(),
                p.standbys(),
                Tenancy.SHARED,
                false,
                List.of());
    }

    private static RolloverPolicy ages(Duration warn, Duration max, Duration trust) {
        return new RolloverPolicy(
                GOOD.tokens(),
                List.of(SigningAlgorithm.ES256),
                GOOD.rotation(),
                GOOD.cache(),
                GOOD.propagation(),
                GOOD.lifetime(),
                GOOD.drain(),
                GOOD.tick(),
                new Ages(warn, max, Duration.ZERO, trust),
                GOOD.suspension(),
                GOOD.standbys(),
                Tenancy.SHARED,
                false,
                List.of());
    }
}
