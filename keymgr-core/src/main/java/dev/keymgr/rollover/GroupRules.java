package dev.keymgr.rollover;

import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Who signs and who stands by: group by group, each independent of the others. */
final class GroupRules {
    private final Keyring keyring;
    private final RolloverPolicy policy;
    private final Timing timing;
    private final FreezeRules freezes;
    private final Map<SigningAlgorithm, List<SigningKey>> living = new EnumMap<>(SigningAlgorithm.class);

    GroupRules(Keyring keyring, RolloverPolicy policy, FreezeRules freezes) {
        this.keyring = keyring;
        this.policy = policy;
        this.freezes = freezes;
        this.timing = new Timing(policy);
        for (SigningKey key : keyring.keys()) {
            if (!key.state().isFinal()) {
                living.computeIfAbsent(key.algorithm(), a -> new ArrayList<>()).add(key);
            }
        }
    }

    List<PlannedStep> plan() {
        List<PlannedStep> steps = new ArrayList<>();
        for (SigningAlgorithm algorithm : policy.algorithms()) {
            KeyGroup group = new KeyGroup(keyring.scope(), algorithm);
            activation(group).ifPresent(steps::add);
            lifetime(group).ifPresent(steps::add);
        }
        living.keySet().stream()
                .filter(a -> !policy.algorithms().contains(a))
                .forEach(a -> leaving(new KeyGroup(keyring.scope(), a)).ifPresent(steps::add));
        return steps;
    }

    Stream<SigningKey> in(KeyGroup group) {
        return living.getOrDefault(group.algorithm(), List.of()).stream();
    }

    Optional<SigningKey> active(KeyGroup group) {
        return in(group).filter(k -> k.state() == KeyState.ACTIVE).findFirst();
    }

    /** The standby that is ready first; of two equally ready ones that in the other token than the active key. */
    Optional<SigningKey> bestStandby(KeyGroup group) {
        Optional<TokenLabel> inUse = active(group).map(k -> k.location().token());
        return in(group)
                .filter(RolloverPlanner::isStandby)
                .min(Comparator.comparing(this::readyAt)
                        .thenComparing(k -> inUse.isPresent()
                                && inUse.get().equals(k.location().token()))
                        .thenComparing(SigningKey::kid));
    }

    Instant readyAt(SigningKey published) {
        return timing.readyAt(published).orElseThrow().result();
    }

    Step.Activate activation(SigningKey standby) {
        Kid predecessor = active(standby.group()).map(SigningKey::kid).orElse(null);
        return new Step.Activate(standby.kid(), standby.group(), predecessor);
    }

    private Optional<PlannedStep> activation(KeyGroup group) {
        Optional<SigningKey> standby = bestStandby(group);
        if (standby.isEmpty()) {
            return Optional.empty();
        }
        SigningKey next = standby.get();
        Instant readyAt = readyAt(next);
        Optional<SigningKey> active = active(group).filter(SigningKey::canSign);
        if (active.isEmpty()) {
            return Optional.of(new PlannedStep(
                    activation(next),
                    readyAt,
                    "no key of " + group.algorithm() + " can sign; this one can from readyAt on"));
        }
        Instant rotation = timing.rotationDue(active.get()).result();
        Instant age = timing.ageLimit(active.get()).result();
        Instant due = rotation.isBefore(age) ? rotation : age;
        String reason = rotation.isBefore(age)
                ? "the active key signs for " + Durations.format(policy.rotation())
                : "the active key comes to its age limit of "
                        + Durations.format(policy.ages().max());
        // The successor must itself be replaced within its age limit, so it may not wait until it is too old for that.
        Instant latest = earlier(
                timing.latestRotation(active.get()).result(),
                timing.latestSuccession(next).result());
        return Optional.of(
                freezes.delay(new PlannedStep(activation(next), due.isAfter(readyAt) ? due : readyAt, reason), latest));
    }

    private Optional<PlannedStep> lifetime(KeyGroup group) {
        Duration wanted = policy.lifetime().max();
        return active(group)
                .filter(k -> k.tokenLifetime().compareTo(wanted) < 0)
                .map(k -> new PlannedStep(
                        new Step.ExtendTokenLifetime(k.kid(), group, wanted),
                        keyring.changedAt(),
                        "the policy now allows tokens of " + Durations.format(wanted)
                                + "; the key must stay published longer for them"));
    }

    /** Whether a key just made may wait for the end of a change freeze: its group signs and has a standby without it. */
    boolean canWait(SigningKey fresh) {
        return active(fresh.group()).filter(SigningKey::canSign).isPresent()
                && in(fresh.group()).anyMatch(RolloverPlanner::isStandby);
    }

    /** Until when {@link #canWait} holds. */
    Instant latestPublication(SigningKey fresh) {
        return timing.latestSuccession(active(fresh.group()).orElse(fresh)).result();
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    static boolean isComing(SigningKey key) {
        return key.canSign() && (key.state() == KeyState.GENERATED || key.state() == KeyState.PUBLISHED);
    }

    /** A group that the policy has dropped stops signing once every group of the policy can. */
    private Optional<PlannedStep> leaving(KeyGroup group) {
        if (!everyGroupOfThePolicySigns()) {
            return Optional.empty();
        }
        return active(group)
                .map(k -> freezes.delay(
                        new PlannedStep(
                                new Step.Retire(k.kid(), group),
                                keyring.changedAt(),
                                "the policy no longer has " + group.algorithm() + " and its successors sign"),
                        timing.latestRotation(k).result()));
    }

    boolean everyGroupOfThePolicySigns() {
        return policy.algorithms().stream()
                .allMatch(a -> active(new KeyGroup(keyring.scope(), a))
                        .filter(SigningKey::canSign)
                        .isPresent());
    }

    /** Whether another key signs in a retired key's place. */
    boolean hasHealthySuccessor(SigningKey retired) {
        return policy.algorithms().contains(retired.algorithm())
                ? active(retired.group()).filter(SigningKey::canSign).isPresent()
                : everyGroupOfThePolicySigns();
    }

    /** A standby that nothing will ever need: its algorithm has left the policy and its successors sign. */
    boolean isSuperfluous(SigningKey key) {
        return isComing(key) && !policy.algorithms().contains(key.algorithm()) && everyGroupOfThePolicySigns();
    }
}
