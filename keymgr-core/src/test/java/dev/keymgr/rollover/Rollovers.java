package dev.keymgr.rollover;

import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Carries plans out in thought, for tests of the planner. */
final class Rollovers {
    static final ScopeName CONSUMER = new ScopeName("consumer");
    static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private Rollovers() {}

    /** Does everything due at an instant, and says what. */
    static Keyring settle(Keyring keyring, RolloverPolicy policy, Instant at) {
        return Forecast.assume(keyring, policy, at);
    }

    /** A scope just set up: one key active, one standby published. */
    static Keyring settled(RolloverPolicy policy) {
        return settle(Keyring.empty(CONSUMER), policy, START);
    }

    static SigningKey active(Keyring keyring, SigningAlgorithm algorithm) {
        return keyring.active(new KeyGroup(CONSUMER, algorithm)).orElseThrow();
    }

    static SigningKey standby(Keyring keyring, SigningAlgorithm algorithm) {
        return keyring.in(new KeyGroup(CONSUMER, algorithm))
                .filter(RolloverPlanner::isStandby)
                .findFirst()
                .orElseThrow();
    }

    static SigningKey only(Keyring keyring, KeyState state) {
        return keyring.keys().stream()
                .filter(k -> k.state() == state)
                .reduce((a, b) -> {
                    throw new AssertionError("more than one " + state);
                })
                .orElseThrow(() -> new AssertionError("no " + state));
    }

    static Optional<PlannedStep> find(RolloverPlan plan, Class<? extends Step> kind) {
        return Stream.concat(plan.due().stream(), plan.upcoming().stream())
                .filter(s -> kind.isInstance(s.step()))
                .findFirst();
    }

    static KeyState state(Keyring keyring, Kid kid) {
        return keyring.require(kid).state();
    }
}
