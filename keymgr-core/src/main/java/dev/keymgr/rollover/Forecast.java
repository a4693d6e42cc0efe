package dev.keymgr.rollover;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the planner will decide until some instant if nothing interferes: the plan is made, its steps are assumed done, and
 * it is made again. Keys that do not exist yet are imagined and named {@code new-1}, {@code new-2} and so on.
 *
 * @param events in order of time
 * @param imagined the names of keys that do not exist yet
 * @param complete false when the forecast stopped at {@link #EVENTS_MAX} before its end
 */
public record Forecast(List<Event> events, Map<Kid, String> imagined, boolean complete) {
    /** More than this nobody reads, and a policy of seconds over a year would never end. */
    public static final int EVENTS_MAX = 2_000;

    /** One step, when it will be done, and why. */
    public record Event(Instant at, Step step, String reason) {}

    public Forecast {
        events = List.copyOf(events);
        imagined = Map.copyOf(imagined);
    }

    public static Forecast of(Keyring keyring, RolloverPolicy policy, Instant now, Instant until) {
        RolloverPlanner planner = new RolloverPlanner();
        Map<Kid, String> imagined = new LinkedHashMap<>();
        Assumption assumption = new Assumption(policy, imagined, 0);
        List<Event> events = new ArrayList<>();
        Keyring assumed = keyring;
        Instant at = now;
        while (events.size() < EVENTS_MAX && !at.isAfter(until)) {
            RolloverPlan plan = planner.plan(assumed, policy, at);
            if (plan.due().isEmpty()) {
                at = plan.nextLookAt();
            } else {
                PlannedStep next = plan.due().get(0);
                events.add(new Event(at, next.step(), next.reason()));
                assumed = next.step().accept(assumption.on(assumed, at));
            }
        }
        return new Forecast(events, imagined, events.size() < EVENTS_MAX);
    }

    /** The keyring after everything that is due at an instant, assumed done. */
    static Keyring assume(Keyring keyring, RolloverPolicy policy, Instant at) {
        RolloverPlanner planner = new RolloverPlanner();
        Assumption assumption =
                new Assumption(policy, new LinkedHashMap<>(), keyring.keys().size());
        Keyring assumed = keyring;
        for (int steps = 0; steps < EVENTS_MAX; steps++) {
            List<PlannedStep> due = planner.plan(assumed, policy, at).due();
            if (due.isEmpty()) {
                return assumed;
            }
            assumed = due.get(0).step().accept(assumption.on(assumed, at));
        }
        throw new IllegalStateException("the plan does not come to rest");
    }

    /** Carries a step out in thought. */
    private static final class Assumption {
        private final RolloverPolicy policy;
        private final Map<Kid, String> imagined;
        private final int existing;

        Assumption(RolloverPolicy policy, Map<Kid, String> imagined, int existing) {
            this.policy = policy;
            this.imagined = imagined;
            this.existing = existing;
        }

        Step.Visitor<Keyring> on(Keyring keyring, Instant at) {
            return new Step.Visitor<>() {
                @Override
                public Keyring generate(Step.Generate step) {
                    return keyring.generated(imagine(step, at), at);
                }

                @Override
                public Keyring abandon(Step.Abandon step) {
                    return keyring.abandoning(step.intent(), at);
                }

                @Override
                public Keyring publish(Step.Publish step) {
                    return keyring.intending(
                                    step.listings(),
                                    policy.cache().maxAge(),
                                    policy.cache().bound(),
                                    at)
                            .served(
                                    at,
                                    new Timing(policy).cacheBoundNow(keyring),
                                    policy.propagation(),
                                    policy.lifetime().skew());
                }

                @Override
                public Keyring activate(Step.Activate step) {
                    return keyring.activated(step.kid(), policy.lifetime().max(), at);
                }

                @Override
                public Keyring retire(Step.Retire step) {
                    return keyring.retired(step.kid(), at);
                }

                @Override
                public Keyring destroy(Step.Destroy step) {
                    return keyring.privateDestroyed(step.kid(), at);
                }

                @Override
                public Keyring revoke(Step.Revoke step) {
                    Keyring without = keyring.compromised(step.kids(), step.record(), at);
                    return Succession.handOver(keyring, without, policy, at).keyring();
                }

                @Override
                public Keyring extendTokenLifetime(Step.ExtendTokenLifetime step) {
                    return keyring.extendingTokenLifetime(step.kid(), step.lifetime(), at);
                }
            };
        }

        private SigningKey imagine(Step.Generate step, Instant at) {
            KeyGroup group = step.group();
            BigInteger number = BigInteger.valueOf(existing + imagined.size() + 1L);
            VerificationKey shape = group.algorithm().isEllipticCurve()
                    ? new VerificationKey.Ec(group.algorithm().curve(), number, BigInteger.ONE)
                    : new VerificationKey.Rsa(number, BigInteger.ONE);
            GenerationIntent intent = step.resumed();
            // An attempt that is under way is assumed to end well: its intent is fulfilled at its own place.
            KeyLocation place = intent != null
                    ? intent.location()
                    : new KeyLocation(step.token(), new CkaId(String.format(Locale.ROOT, "%032x", number)));
            SigningKey key = SigningKey.generated(group, place, shape, at);
            imagined.put(key.kid(), "new-" + number);
            return key;
        }
    }
}
