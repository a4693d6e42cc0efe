package dev.keymgr.testkit;

import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.RolloverPolicy.Ages;
import dev.keymgr.rollover.RolloverPolicy.Caching;
import dev.keymgr.rollover.RolloverPolicy.Lifetime;
import dev.keymgr.rollover.RolloverPolicy.Tenancy;
import dev.keymgr.rollover.RolloverPolicy.Tick;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Policies for tests. */
public final class Policies {
    private Policies() {}

    /** The worked example of the design: C* 60 min, P 5, L 60, leeway 2, skew 1, D 2, R 14 d, tick 5 min, m 2. */
    public static RolloverPolicy workedExample() {
        return of(List.of(SigningAlgorithm.ES256), Duration.ofDays(14));
    }

    public static RolloverPolicy of(List<SigningAlgorithm> algorithms, Duration rotation) {
        return new RolloverPolicy(
                List.of(new TokenLabel("consumer-a"), new TokenLabel("consumer-b")),
                algorithms,
                rotation,
                Caching.of(Duration.ofMinutes(60), Map.of()),
                Duration.ofMinutes(5),
                new Lifetime(Duration.ofMinutes(60), Duration.ofMinutes(2), Duration.ofMinutes(1)),
                Duration.ofMinutes(2),
                new Tick(Duration.ofMinutes(5), 2),
                new Ages(
                        rotation.multipliedBy(2),
                        rotation.multipliedBy(2).plusDays(1),
                        Duration.ZERO,
                        rotation.multipliedBy(2).plusDays(1).plusMinutes(130)),
                Duration.ofHours(1),
                1,
                Tenancy.SHARED,
                false,
                List.of());
    }

    /** The worked example with other cache bounds and token life. */
    public static RolloverPolicy with(RolloverPolicy base, Caching cache, Duration tokenLifetime) {
        return new RolloverPolicy(
                base.tokens(),
                base.algorithms(),
                base.rotation(),
                cache,
                base.propagation(),
                new Lifetime(
                        tokenLifetime, base.lifetime().leeway(), base.lifetime().skew()),
                base.drain(),
                base.tick(),
                base.ages(),
                base.suspension(),
                base.standbys(),
                base.tenancy(),
                base.x5c(),
                base.freezes());
    }

    /** The same with more standbys, or fewer. */
    public static RolloverPolicy withStandbys(RolloverPolicy base, int standbys) {
        return with(base, standbys, base.x5c());
    }

    /** The same with the certificate of each key in the document, or without. */
    public static RolloverPolicy withX5c(RolloverPolicy base, boolean x5c) {
        return with(base, base.standbys(), x5c);
    }

    private static RolloverPolicy with(RolloverPolicy base, int standbys, boolean x5c) {
        return new RolloverPolicy(
                base.tokens(),
                base.algorithms(),
                base.rotation(),
                base.cache(),
                base.propagation(),
                base.lifetime(),
                base.drain(),
                base.tick(),
                base.ages(),
                base.suspension(),
                standbys,
                base.tenancy(),
                x5c,
                base.freezes());
    }

    /** Seconds instead of days, so that a rollover can be watched on the real clock. */
    public static RolloverPolicy ofSeconds(List<TokenLabel> tokens) {
        return new RolloverPolicy(
                tokens,
                List.of(SigningAlgorithm.ES256),
                Duration.ofSeconds(20),
                Caching.of(Duration.ofSeconds(2), Map.of()),
                Duration.ofSeconds(1),
                new Lifetime(Duration.ofSeconds(4), Duration.ZERO, Duration.ofSeconds(1)),
                Duration.ofSeconds(1),
                new Tick(Duration.ofSeconds(1), 2),
                new Ages(
                        Duration.ofSeconds(40), Duration.ofSeconds(50), Duration.ofSeconds(10), Duration.ofSeconds(75)),
                Duration.ofSeconds(10),
                1,
                Tenancy.SINGLE,
                false,
                List.of());
    }
}
