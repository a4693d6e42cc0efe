package dev.keymgr.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.jwks.JwkSet;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScopeName;
import dev.keymgr.testkit.World;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class StandingSetsTest {
    private static final ScopeName CONSUMER = World.CONSUMER;
    private static final ScopeName ENTERPRISE = World.ENTERPRISE;

    private final World world = new World(11);
    private final StandingSets sets = new StandingSets(
            new Ledger(
                    new Records(world.inventory(), world.inventory(), world.authorities(), world.orders()),
                    world.clock(),
                    "test@here",
                    Duration.ZERO),
            World.SCOPES);

    private Publication last(ScopeName scope) {
        return world.keyring(scope).lastPublication().orElseThrow();
    }

    @Test
    void areThoseOfTheOthersAsTheyStandNow() {
        assertThat(sets.besides(CONSUMER)).isEmpty();

        world.lifecycle().advance(CONSUMER);
        world.lifecycle().advance(ENTERPRISE);

        Map<ScopeName, JwkSet> others = sets.besides(CONSUMER);
        assertThat(others).containsOnlyKeys(ENTERPRISE);
        assertThat(Objects.requireNonNull(others.get(ENTERPRISE)).kids())
                .isEqualTo(last(ENTERPRISE).kids());
    }

    @Test
    void areReadAgainWhenTheyChangeAndOnlyThen() {
        world.lifecycle().advance(ENTERPRISE);
        JwkSet first = Objects.requireNonNull(sets.besides(CONSUMER).get(ENTERPRISE));
        assertThat(sets.besides(CONSUMER).get(ENTERPRISE)).isSameAs(first);

        Publication before = last(ENTERPRISE);
        for (int days = 0; last(ENTERPRISE).equals(before) && days < 60; days++) {
            world.clock().advance(Duration.ofDays(1));
            world.lifecycle().advance(ENTERPRISE);
        }

        assertThat(sets.besides(CONSUMER).get(ENTERPRISE)).isNotSameAs(first);
    }
}
