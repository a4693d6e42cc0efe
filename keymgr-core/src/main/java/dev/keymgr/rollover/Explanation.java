package dev.keymgr.rollover;

import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.SigningKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Why a key is where it is, and what becomes of it: the instants that count in its state with their arithmetic, and what
 * the planner has for it. Pure.
 *
 * @param instants in the order in which they come
 * @param steps of the plan that concern it
 * @param hold that binds it now
 * @param freezes that its steps wait for, or that an age limit overrides
 * @param revocation of it that was ordered for later
 */
public record Explanation(
        SigningKey key,
        List<Derivation> instants,
        List<PlannedStep> steps,
        Optional<Hold> hold,
        List<Freeze> freezes,
        Optional<ScheduledRevocation> revocation) {
    public Explanation {
        instants = List.copyOf(instants);
        steps = List.copyOf(steps);
        freezes = List.copyOf(freezes);
    }

    public static Explanation of(Keyring keyring, RolloverPolicy policy, Kid kid, Instant now) {
        SigningKey key = keyring.require(kid);
        RolloverPlan plan = new RolloverPlanner().plan(keyring, policy, now);
        List<PlannedStep> steps = Stream.concat(plan.due().stream(), plan.upcoming().stream())
                .filter(s -> s.step().accept(new Concerns(kid)))
                .toList();
        List<Freeze> freezes = steps.stream()
                .flatMap(s -> Optional.ofNullable(s.freeze()).stream())
                .distinct()
                .toList();
        return new Explanation(
                key,
                instants(key, new Timing(policy)),
                steps,
                keyring.holdOn(kid, now),
                freezes,
                keyring.revocationOf(kid));
    }

    /** Whether it signs since before every verifier could know it, by {@code revoke --hard}. */
    public boolean beganEarly() {
        return key.state() == KeyState.ACTIVE
                && instants.stream().anyMatch(i -> i.name().equals("readyAt"));
    }

    private static List<Derivation> instants(SigningKey key, Timing timing) {
        List<Derivation> instants = new ArrayList<>();
        switch (key.state()) {
            case GENERATED -> {}
            case PUBLISHED -> {
                timing.readyAt(key).ifPresent(instants::add);
                instants.add(timing.ageLimit(key));
            }
            case ACTIVE -> {
                if (timing.beganEarly(key)) {
                    timing.readyAt(key).ifPresent(instants::add);
                }
                instants.add(timing.latestPublication(key));
                instants.add(timing.rotationDue(key));
                instants.add(timing.ageLimit(key));
                instants.add(timing.trustLimit(key));
            }
            case SUSPENDED -> instants.add(timing.suspensionEnds(key));
            case RETIRED -> {
                instants.add(timing.drainedAt(key));
                instants.add(timing.deadAt(key));
                instants.add(timing.trustLimit(key));
            }
            case REMOVED, COMPROMISED, DESTROYED -> {
                if (key.times().find(Moment.REMOVED).isPresent()) {
                    instants.add(timing.trustEnds(key));
                }
            }
        }
        return instants;
    }

    private record Concerns(Kid kid) implements Step.Visitor<Boolean> {
        @Override
        public Boolean generate(Step.Generate step) {
            return false;
        }

        @Override
        public Boolean abandon(Step.Abandon step) {
            return false;
        }

        @Override
        public Boolean publish(Step.Publish step) {
            return step.added().contains(kid) || step.removed().contains(kid);
        }

        @Override
        public Boolean activate(Step.Activate step) {
            return step.kid().equals(kid) || kid.equals(step.predecessor());
        }

        @Override
        public Boolean retire(Step.Retire step) {
            return step.kid().equals(kid);
        }

        @Override
        public Boolean destroy(Step.Destroy step) {
            return step.kid().equals(kid);
        }

        @Override
        public Boolean revoke(Step.Revoke step) {
            return step.kids().contains(kid);
        }

        @Override
        public Boolean extendTokenLifetime(Step.ExtendTokenLifetime step) {
            return step.kid().equals(kid);
        }
    }
}
