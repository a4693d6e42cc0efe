package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningKey;
import dev.keymgr.testkit.Laws;
import dev.keymgr.testkit.World;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;

/** One scope, and who orders what in it. */
abstract class EmergencyFixture {
    final World world = new World(11);
    final Laws laws = new Laws(world);

    static Compromise order(Cause cause) {
        return new Compromise("the host was taken over", cause, Instant.parse("2026-01-01T00:00:00Z"));
    }

    Emergency emergency() {
        return world.lifecycle().emergency();
    }

    Keyring keyring() {
        return world.keyring(CONSUMER);
    }

    Set<Kid> in(KeyState state) {
        return keyring().keys().stream()
                .filter(k -> k.state() == state)
                .map(SigningKey::kid)
                .collect(Collectors.toSet());
    }

    Kid only(KeyState state) {
        assertThat(in(state)).hasSize(1);
        return in(state).iterator().next();
    }

    void begin() {
        world.lifecycle().advance(CONSUMER);
    }
}
