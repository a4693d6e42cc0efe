package dev.keymgr.daemon.dashboard;

import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Timing;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who signs in a key group and who stands by.
 *
 * @param active null when none does
 * @param standby the one that is READY first; null when there is none
 * @param readyAt of the standby
 */
record GroupState(
        SigningAlgorithm algorithm,
        @Nullable SigningKey active,
        @Nullable SigningKey standby,
        @Nullable Instant readyAt) {

    static List<GroupState> of(ScopeView scope) {
        Timing timing = new Timing(scope.policy());
        return scope.policy().algorithms().stream()
                .map(algorithm -> of(scope, timing, algorithm))
                .toList();
    }

    private static GroupState of(ScopeView scope, Timing timing, SigningAlgorithm algorithm) {
        KeyGroup group = new KeyGroup(scope.keyring().scope(), algorithm);
        Optional<SigningKey> standby = scope.keyring()
                .in(group)
                .filter(k -> k.state() == KeyState.PUBLISHED && k.canSign())
                .min(Comparator.comparing(k -> readyAt(timing, k)));
        return new GroupState(
                algorithm,
                scope.keyring().active(group).orElse(null),
                standby.orElse(null),
                standby.map(k -> readyAt(timing, k)).orElse(null));
    }

    private static Instant readyAt(Timing timing, SigningKey key) {
        return timing.readyAt(key).map(d -> d.result()).orElse(Instant.MAX);
    }

    /** Whether the active key can be replaced at once. */
    boolean isReady(Instant now) {
        return readyAt != null && !readyAt.isAfter(now);
    }

    boolean signs() {
        return active != null && active.canSign();
    }
}
