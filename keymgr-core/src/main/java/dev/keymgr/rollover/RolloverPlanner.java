package dev.keymgr.rollover;

import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TooEarlyException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides; never acts. Pure: the same keyring, policy and instant give the same plan. Planning again after the due steps
 * were carried out, at the same instant, gives a plan with nothing due.
 */
public final class RolloverPlanner {
    /** What an operator's rotation does inside a change freeze. */
    public enum WhenFrozen {
        REFUSE,
        ROTATE_ALL_THE_SAME
    }

    public RolloverPlan plan(Keyring keyring, RolloverPolicy policy, Instant now) {
        List<PlannedStep> steps = new ArrayList<>();
        steps.addAll(RevocationRules.plan(keyring, policy));
        FreezeRules freezes = new FreezeRules(keyring, policy, now);
        GroupRules groups = new GroupRules(keyring, policy, freezes);
        steps.addAll(groups.plan());
        steps.addAll(new GenerationRules(keyring, policy, groups, freezes).plan());
        steps.addAll(new DocumentRules(keyring, policy, groups, freezes).plan(now));
        steps.addAll(new DestructionRules(keyring, policy, groups, freezes, now).plan());
        List<PlannedStep> due = steps.stream()
                .filter(s -> s.isDue(now))
                .sorted(Comparator.comparingInt(s -> s.step().accept(ORDER)))
                .toList();
        List<PlannedStep> upcoming = steps.stream()
                .filter(s -> !s.isDue(now))
                .sorted(Comparator.comparing(PlannedStep::earliest))
                .toList();
        Instant next = upcoming.isEmpty()
                ? now.plus(policy.tick().period())
                : upcoming.get(0).earliest();
        return new RolloverPlan(keyring.scope(), keyring.generation(), now, due, upcoming, due.isEmpty() ? next : now);
    }

    /** {@link #rotation(Keyring, RolloverPolicy, SigningAlgorithm, Instant, WhenFrozen)}, refused in a change freeze. */
    public PlannedStep rotation(Keyring keyring, RolloverPolicy policy, SigningAlgorithm algorithm, Instant now) {
        return rotation(keyring, policy, algorithm, now, WhenFrozen.REFUSE);
    }

    /**
     * The step that an operator's {@code rotate} means: the best standby of a group takes over, from its readyAt on.
     *
     * @throws TooEarlyException in a change freeze, and when no standby may sign yet; it says from when it goes
     */
    public PlannedStep rotation(
            Keyring keyring, RolloverPolicy policy, SigningAlgorithm algorithm, Instant now, WhenFrozen whenFrozen) {
        String reason = "asked for by an operator";
        Optional<Freeze> freeze = freezeOn(keyring, policy, algorithm, now);
        if (freeze.isPresent()) {
            if (whenFrozen == WhenFrozen.REFUSE) {
                throw tooEarly(keyring, freeze.get());
            }
            reason += " despite the change freeze until " + freeze.get().until() + ": "
                    + freeze.get().reason();
        }
        KeyGroup group = new KeyGroup(keyring.scope(), algorithm);
        GroupRules rules = new GroupRules(keyring, policy, new FreezeRules(keyring, policy, now));
        Optional<SigningKey> standby = rules.bestStandby(group);
        if (standby.isEmpty()) {
            Instant soonest = now.plus(policy.publicationInterval());
            throw new TooEarlyException(
                    "no standby of " + group + " is published; nothing was changed; keymgr apply " + keyring.scope()
                            + " makes one, ready about " + soonest,
                    soonest);
        }
        Instant readyAt = rules.readyAt(standby.get());
        if (readyAt.isAfter(now)) {
            throw new TooEarlyException(
                    "standby " + standby.get().kid().prefix() + " of " + group + " is ready at " + readyAt
                            + "; until then verifiers may hold a document without it; nothing was changed; wait with --wait,"
                            + " or see the arithmetic: keymgr why "
                            + standby.get().kid().prefix(),
                    readyAt);
        }
        return new PlannedStep(rules.activation(standby.get()), readyAt, reason);
    }

    /**
     * The change freeze that an operator's rotation would meet; none while nothing can sign, for that is an emergency.
     *
     * @return empty when a rotation may go on
     */
    public Optional<Freeze> freezeOn(Keyring keyring, RolloverPolicy policy, SigningAlgorithm algorithm, Instant now) {
        return keyring.active(new KeyGroup(keyring.scope(), algorithm))
                .filter(SigningKey::canSign)
                .flatMap(active -> Freeze.covering(policy.freezes(), now));
    }

    private static TooEarlyException tooEarly(Keyring keyring, Freeze freeze) {
        return new TooEarlyException(
                "scope " + keyring.scope() + " is in a change freeze until " + freeze.until() + ": " + freeze.reason()
                        + "; nothing was changed; rotate after it, or now with --despite-freeze",
                freeze.until());
    }

    /** Signing first, then what verifiers see, then what only costs. */
    private static final Step.Visitor<Integer> ORDER = new Step.Visitor<>() {
        @Override
        public Integer revoke(Step.Revoke step) {
            return 0;
        }

        @Override
        public Integer activate(Step.Activate step) {
            return 1;
        }

        @Override
        public Integer retire(Step.Retire step) {
            return 2;
        }

        @Override
        public Integer publish(Step.Publish step) {
            return 3;
        }

        @Override
        public Integer extendTokenLifetime(Step.ExtendTokenLifetime step) {
            return 4;
        }

        @Override
        public Integer destroy(Step.Destroy step) {
            return 5;
        }

        @Override
        public Integer abandon(Step.Abandon step) {
            return 6;
        }

        @Override
        public Integer generate(Step.Generate step) {
            return 7;
        }
    };

    /** Whether a key stands by: published, its private half in place, not yet signing. */
    static boolean isStandby(SigningKey key) {
        return key.state() == KeyState.PUBLISHED && key.canSign();
    }
}
