package dev.keymgr.rollover;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Who falls with a key, and who signs in its place at once. Pure. */
public final class Succession {
    /** Who may take over. */
    public enum Successors {
        /** A standby that every verifier knows. */
        READY,
        /** Also one that verifiers may not know yet: an operator has chosen that over a standstill. */
        ANY_PUBLISHED
    }

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
     * The keys that a revocation would burn: the key, and unless the cause is the key alone the standbys in its token. Of a key
     * revoked already only those that lay beside it then: a repeat must not burn what the first one has made. But where it was
     * revoked for its own sake alone, what was made beside it since is no safer.
     *
     * @return empty when there is nothing left to burn
     */
    public static Set<Kid> burntBy(Keyring keyring, Kid kid, Cause cause) {
        SigningKey key = keyring.require(kid);
        Compromise record = key.compromise();
        Set<Kid> burnt = new TreeSet<>();
        if (key.state() != KeyState.COMPROMISED) {
            burnt.add(kid);
        }
        if (cause != Cause.KEY) {
            keyring.keys().stream()
                    .filter(k -> k.location().token().equals(key.location().token()))
                    .filter(k -> k.state() == KeyState.GENERATED || k.state() == KeyState.PUBLISHED)
                    .filter(k -> record == null
                            || record.isNarrowerThan(cause)
                            || k.times().generatedAt().isBefore(key.times().require(Moment.COMPROMISED)))
                    .forEach(k -> burnt.add(k.kid()));
        }
        return burnt;
    }

    /**
     * The keys that a revocation of a whole scope would burn: every key that is, or may yet be, trusted. Keys made since the
     * same order, by its reason and cause, are spared while they come into use: a repeat after a crash, or by a nervous hand,
     * must not burn what the first one has made.
     *
     * @param record the order
     * @param at the instant of the order
     */
    public static Set<Kid> burntWithAll(Keyring keyring, RolloverPolicy policy, Compromise record, Instant at) {
        Instant same = keyring.keys().stream()
                .filter(k -> isOf(record, k))
                .map(k -> k.times().require(Moment.COMPROMISED))
                .max(Comparator.naturalOrder())
                .orElse(Instant.MAX);
        Timing timing = new Timing(policy);
        Set<Kid> burnt = new TreeSet<>();
        keyring.keys().stream()
                .filter(k -> !k.state().isFinal() && k.state() != KeyState.REMOVED)
                .filter(k -> k.times().generatedAt().isBefore(same)
                        || timing.readyAt(k)
                                .filter(r -> !r.result().isAfter(at))
                                .isPresent())
                .forEach(k -> burnt.add(k.kid()));
        return burnt;
    }

    private static boolean isOf(Compromise order, SigningKey key) {
        Compromise record = key.compromise();
        return record != null && record.reason().equals(order.reason()) && record.cause() == order.cause();
    }

    private static boolean reachesItsToken(SigningKey key) {
        return key.compromise() != null && key.compromise().cause() != Cause.KEY;
    }

    /** Whether a key that was in the making then may be in the hands of whoever had the token. */
    static boolean isSuspect(Keyring keyring, GenerationIntent intent) {
        return keyring.keys().stream()
                .filter(k -> k.location().token().equals(intent.location().token()))
                .filter(Succession::reachesItsToken)
                .anyMatch(k -> intent.intendedAt().isBefore(k.times().require(Moment.COMPROMISED)));
    }

    /** Tokens in which a key was revoked for more than the key's own sake. */
    static SortedSet<TokenLabel> suspectTokens(Keyring keyring) {
        return keyring.keys().stream()
                .filter(Succession::reachesItsToken)
                .map(k -> k.location().token())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The standby that would take over signing in a group at an instant if some keys were gone. */
    public static Optional<SigningKey> successor(
            Keyring keyring, RolloverPolicy policy, KeyGroup group, Set<Kid> gone, Instant at) {
        return successor(keyring, policy, group, gone, at, Successors.READY);
    }

    /** The same, of a wider choice; of all the one that verifiers have known, or will know, soonest. */
    public static Optional<SigningKey> successor(
            Keyring keyring, RolloverPolicy policy, KeyGroup group, Set<Kid> gone, Instant at, Successors who) {
        Timing timing = new Timing(policy);
        return keyring.in(group)
                .filter(k -> RolloverPlanner.isStandby(k) && !gone.contains(k.kid()))
                .filter(k -> who == Successors.ANY_PUBLISHED
                        || !timing.readyAt(k).orElseThrow().result().isAfter(at))
                .min(Comparator.comparing((SigningKey k) ->
                                timing.readyAt(k).orElseThrow().result())
                        .thenComparing(SigningKey::kid));
    }

    /** Whether a suspended key that is cleared signs again: nothing has taken its place, and its age allows it. */
    public static boolean signsAgain(Keyring keyring, RolloverPolicy policy, SigningKey suspended, Instant at) {
        return keyring.active(suspended.group()).isEmpty()
                && at.isBefore(new Timing(policy).ageLimit(suspended).result());
    }

    /**
     * For how long a group stands still, or for how long verifiers that do not ask again refuse the tokens of a key that signs
     * at once: until the standby that comes first is known everywhere, one made now if there is none.
     *
     * @param gone keys that do not count
     */
    public static Duration outage(Keyring keyring, RolloverPolicy policy, KeyGroup group, Set<Kid> gone, Instant at) {
        return successor(keyring, policy, group, gone, at, Successors.ANY_PUBLISHED)
                .map(k -> new Timing(policy).readyAt(k).orElseThrow().result())
                .map(ready -> ready.isAfter(at) ? Duration.between(at, ready) : Duration.ZERO)
                .orElse(policy.publicationInterval());
    }

    /** As {@link #handOver(Keyring, Keyring, RolloverPolicy, Instant, Successors)}, to a ready standby only. */
    public static HandOver handOver(Keyring before, Keyring after, RolloverPolicy policy, Instant at) {
        return handOver(before, after, policy, at, Successors.READY);
    }

    /**
     * Lets the successors of the groups that lost the key that signed sign in its place.
     *
     * @param before with the keys that signed
     * @param after the same without them
     */
    public static HandOver handOver(Keyring before, Keyring after, RolloverPolicy policy, Instant at, Successors who) {
        Keyring handedOver = after;
        List<KeyGroup> without = new ArrayList<>();
        for (SigningKey lost : before.keys()) {
            if (lost.state() != KeyState.ACTIVE || after.active(lost.group()).isPresent()) {
                continue;
            }
            Optional<SigningKey> successor = successor(after, policy, lost.group(), Set.of(), at, who);
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
