package dev.keymgr.rollover;

import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Who falls with a key, and who signs in its place at once. Pure. */
public final class Succession {
    private Succession() {}

    /**
     * What came of handing over.
     *
     * @param without groups that lost the key that signed and have no standby that is ready
     */
    public record HandOver(Keyring keyring, List<KeyGroup> without) {
        public HandOver {
            without = List.copyOf(without);
        }
    }

    /**
     * The keys that a revocation would burn: the key, and unless the cause is the key alone the standbys in its token.
     *
     * @return empty when it is revoked already and no standby lies beside it
     */
    public static Set<Kid> burntBy(Keyring keyring, Kid kid, Cause cause) {
        SigningKey key = keyring.require(kid);
        Set<Kid> burnt = new TreeSet<>();
        if (key.state() != KeyState.COMPROMISED) {
            burnt.add(kid);
        }
        if (cause != Cause.KEY) {
            keyring.keys().stream()
                    .filter(k -> k.location().token().equals(key.location().token()))
                    .filter(k -> k.state() == KeyState.GENERATED || k.state() == KeyState.PUBLISHED)
                    .forEach(k -> burnt.add(k.kid()));
        }
        return burnt;
    }

    /** The standby that would take over signing in a group at an instant if some keys were gone. */
    public static Optional<SigningKey> successor(
            Keyring keyring, RolloverPolicy policy, KeyGroup group, Set<Kid> gone, Instant at) {
        Timing timing = new Timing(policy);
        return keyring.in(group)
                .filter(k -> RolloverPlanner.isStandby(k) && !gone.contains(k.kid()))
                .filter(k -> !timing.readyAt(k).orElseThrow().result().isAfter(at))
                .min(Comparator.comparing((SigningKey k) ->
                                timing.readyAt(k).orElseThrow().result())
                        .thenComparing(SigningKey::kid));
    }

    /**
     * Lets the successors of the groups that lost the key that signed sign in its place.
     *
     * @param before with the keys that signed
     * @param after the same without them
     */
    public static HandOver handOver(Keyring before, Keyring after, RolloverPolicy policy, Instant at) {
        Keyring handedOver = after;
        List<KeyGroup> without = new ArrayList<>();
        for (SigningKey lost : before.keys()) {
            if (lost.state() != KeyState.ACTIVE || after.active(lost.group()).isPresent()) {
                continue;
            }
            Optional<SigningKey> successor = successor(after, policy, lost.group(), Set.of(), at);
            if (successor.isEmpty()) {
                without.add(lost.group());
            } else {
                handedOver = handedOver.activated(
                        successor.get().kid(), policy.lifetime().max(), at);
            }
        }
        return new HandOver(handedOver, without);
    }
}
