package dev.keymgr.rollover;

import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Moment;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What must be made, where, and which attempts to make it come to nothing. */
final class GenerationRules {
    private final Keyring keyring;
    private final RolloverPolicy policy;
    private final Timing timing;
    private final GroupRules groups;
    private final FreezeRules freezes;

    GenerationRules(Keyring keyring, RolloverPolicy policy, GroupRules groups, FreezeRules freezes) {
        this.keyring = keyring;
        this.policy = policy;
        this.timing = new Timing(policy);
        this.groups = groups;
        this.freezes = freezes;
    }

    List<PlannedStep> plan() {
        List<PlannedStep> steps = new ArrayList<>();
        List<GenerationIntent> open = new ArrayList<>();
        for (GenerationIntent intent : keyring.intents()) {
            Optional<String> objection = objection(intent);
            objection.ifPresent(why -> steps.add(new PlannedStep(new Step.Abandon(intent), intent.intendedAt(), why)));
            if (objection.isEmpty()) {
                open.add(intent);
                steps.add(new PlannedStep(
                        new Step.Generate(intent.group(), intent.location().token(), intent),
                        intent.intendedAt(),
                        "an earlier attempt did not finish"));
            }
        }
        for (SigningAlgorithm algorithm : policy.algorithms()) {
            KeyGroup group = new KeyGroup(keyring.scope(), algorithm);
            generation(group, open.stream().filter(i -> i.group().equals(group)).toList())
                    .ifPresent(steps::add);
        }
        return steps;
    }

    /** Why the key of an unfinished attempt is not wanted any more, if so. */
    private Optional<String> objection(GenerationIntent intent) {
        SigningAlgorithm algorithm = intent.group().algorithm();
        TokenLabel token = intent.location().token();
        if (!policy.algorithms().contains(algorithm)) {
            return Optional.of("the policy no longer has " + algorithm);
        }
        if (!policy.tokens().contains(token)) {
            return Optional.of("the scope no longer has token " + token);
        }
        return Succession.isSuspect(keyring, intent)
                ? Optional.of("a key in its token was revoked since, and not for its own sake alone")
                : Optional.empty();
    }

    /** @param open attempts to make a key of the group that are to be finished */
    private Optional<PlannedStep> generation(KeyGroup group, List<GenerationIntent> open) {
        Optional<SigningKey> active = groups.active(group).filter(SigningKey::canSign);
        long wanted = policy.standbys() + (active.isPresent() ? 0L : 1L);
        long coming = groups.in(group).filter(GroupRules::isComing).count();
        long waiting = coming + open.size();
        if (waiting < wanted) {
            Instant since =
                    active.flatMap(k -> k.times().find(Moment.ACTIVATED)).orElse(keyring.changedAt());
            PlannedStep step = new PlannedStep(
                    new Step.Generate(group, leastUsed(group, policy.tokens()), null),
                    since,
                    active.isPresent() ? "a standby must always be at hand" : "the group has no key to sign with");
            return Optional.of(
                    active.isPresent() && waiting > 0
                            ? freezes.delay(
                                    step, timing.latestSuccession(active.get()).result())
                            : step);
        }
        return coming < wanted ? elsewhere(group, open) : Optional.empty();
    }

    /** A token that never answers must not keep the group from having a key in another. */
    private Optional<PlannedStep> elsewhere(KeyGroup group, List<GenerationIntent> open) {
        List<TokenLabel> others = policy.tokens().stream()
                .filter(t -> open.stream().noneMatch(i -> i.location().token().equals(t)))
                .toList();
        Instant last = open.stream()
                .map(GenerationIntent::intendedAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        return others.isEmpty()
                ? Optional.empty()
                : Optional.of(new PlannedStep(
                        new Step.Generate(group, leastUsed(group, others), null),
                        last.plus(policy.tick().allowance()),
                        "an attempt in another token has not come to an end for "
                                + Durations.format(policy.tick().allowance())));
    }

    /**
     * The token with the fewest keys of the group that can sign or will, so that successive keys change places; one in which
     * a key was revoked for more than the key's own sake only when there is no other.
     */
    private TokenLabel leastUsed(KeyGroup group, Collection<TokenLabel> tokens) {
        Map<TokenLabel, Integer> load = new HashMap<>();
        groups.in(group)
                .filter(k -> GroupRules.isComing(k) || (k.state() == KeyState.ACTIVE && k.canSign()))
                .forEach(k -> load.merge(k.location().token(), 1, Integer::sum));
        keyring.intents().stream()
                .filter(i -> i.group().equals(group))
                .forEach(i -> load.merge(i.location().token(), 1, Integer::sum));
        Set<TokenLabel> suspect = Succession.suspectTokens(keyring);
        return tokens.stream()
                .min(Comparator.comparing((TokenLabel t) -> suspect.contains(t))
                        .thenComparing(t -> load.getOrDefault(t, 0)))
                .orElseThrow();
    }
}
