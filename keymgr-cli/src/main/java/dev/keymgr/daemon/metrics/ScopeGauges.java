package dev.keymgr.daemon.metrics;

import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.PlannedStep;
import dev.keymgr.rollover.Posture;
import dev.keymgr.rollover.Posture.Severity;
import dev.keymgr.rollover.RolloverPlan;
import dev.keymgr.rollover.RolloverPlanner;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one scope at one instant. Pure: they follow from the keyring, the policy and the instant alone.
 *
 * @param ages the limits that the ages of its groups are held against
 * @param overdueLimit (m+1)·τ: how late a step may be before something is wrong
 * @param publicationLag how long a document has been decided that is not in every sink, counted from the last change of
 *     the scope; zero when none is
 * @param probeLag how long a key has been published that no probe has seen everywhere, the longest; zero when all were
 *     seen, null when nobody probes
 * @param probeLagLimit P + (m+1)·τ
 * @param critical findings of that severity
 * @param warnings findings of that severity
 * @param groups of the policy, and of keys that are still in use
 */
record ScopeGauges(
        ScopeName scope,
        RolloverPolicy.Ages ages,
        Duration overdueLimit,
        Duration publicationLag,
        @Nullable Duration probeLag,
        Duration probeLagLimit,
        long critical,
        long warnings,
        List<GroupGauges> groups) {

    ScopeGauges {
        groups = List.copyOf(groups);
    }

    static ScopeGauges of(Keyring keyring, RolloverPolicy policy, Probing probing, Instant now) {
        List<Posture.Finding> findings = Posture.check(keyring, policy, now);
        long critical =
                findings.stream().filter(f -> f.severity() == Severity.CRITICAL).count();
        Duration allowance = policy.tick().allowance();
        return new ScopeGauges(
                keyring.scope(),
                policy.ages(),
                allowance,
                keyring.pendingPublication()
                        .map(p -> since(keyring.changedAt(), now))
                        .orElse(Duration.ZERO),
                probing == Probing.PROBED ? unseen(keyring, now) : null,
                policy.propagation().plus(allowance),
                critical,
                findings.size() - critical,
                new Groups(keyring, policy, now).gauges());
    }

    /** Keys of a scope's first document are waited for by nobody, so they never lag. */
    private static Duration unseen(Keyring keyring, Instant now) {
        return keyring.keys().stream()
                .filter(k -> k.state() == KeyState.PUBLISHED
                        && !Duration.ZERO.equals(k.cacheBound())
                        && k.times().find(Moment.OBSERVED).isEmpty())
                .map(k -> since(k.times().require(Moment.PUBLISHED), now))
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
    }

    /** Never negative: what lies in the future of a clock that went back has not begun. */
    private static Duration since(Instant then, Instant now) {
        return then.isAfter(now) ? Duration.ZERO : Duration.between(then, now);
    }

    /** One planning, shared by the groups. */
    private static final class Groups {
        private final Keyring keyring;
        private final RolloverPolicy policy;
        private final Instant now;
        private final Timing timing;
        private final RolloverPlan plan;
        private final Optional<Publication> served;

        Groups(Keyring keyring, RolloverPolicy policy, Instant now) {
            this.keyring = keyring;
            this.policy = policy;
            this.now = now;
            this.timing = new Timing(policy);
            this.plan = new RolloverPlanner().plan(keyring, policy, now);
            this.served = keyring.servedPublication();
        }

        List<GroupGauges> gauges() {
            Set<SigningAlgorithm> algorithms = new TreeSet<>(policy.algorithms());
            keyring.keys().stream()
                    .filter(k -> k.state().isListable())
                    .map(SigningKey::algorithm)
                    .forEach(algorithms::add);
            List<GroupGauges> gauges = new ArrayList<>();
            for (SigningAlgorithm algorithm : algorithms) {
                gauges.add(gauge(new KeyGroup(keyring.scope(), algorithm)));
            }
            return gauges;
        }

        private GroupGauges gauge(KeyGroup group) {
            List<SigningKey> standbys = keyring.in(group)
                    .filter(k -> k.state() == KeyState.PUBLISHED && k.canSign())
                    .toList();
            return new GroupGauges(
                    group.algorithm(),
                    keyring.active(group).map(this::age).orElse(null),
                    keyring.in(group)
                            .filter(k -> served.filter(s -> s.lists(k.kid())).isPresent())
                            .map(this::age)
                            .max(Comparator.naturalOrder())
                            .orElse(null),
                    nextEvent(group).orElse(null),
                    overdue(group),
                    standbys.size(),
                    (int) standbys.stream().filter(this::isReady).count());
        }

        private Duration age(SigningKey key) {
            return since(key.times().generatedAt(), now);
        }

        private boolean isReady(SigningKey key) {
            return timing.readyAt(key)
                    .filter(ready -> !ready.result().isAfter(now))
                    .isPresent();
        }

        private Optional<Duration> nextEvent(KeyGroup group) {
            return Stream.concat(plan.due().stream(), plan.upcoming().stream())
                    .filter(s -> touches(s, group))
                    .map(s -> s.isDue(now) ? Duration.ZERO : Duration.between(now, s.earliest()))
                    .min(Comparator.naturalOrder());
        }

        /** A step that is due since the last change is due for a reason without an instant, so never late; see Posture. */
        private Duration overdue(KeyGroup group) {
            return plan.due().stream()
                    .filter(s -> touches(s, group) && !s.earliest().equals(keyring.changedAt()))
                    .map(s -> since(s.earliest(), now))
                    .max(Comparator.naturalOrder())
                    .orElse(Duration.ZERO);
        }

        private boolean touches(PlannedStep step, KeyGroup group) {
            Set<KeyGroup> touched = step.step().accept(new TouchedGroups(this::group));
            return touched.isEmpty() || touched.contains(group);
        }

        private KeyGroup group(Kid kid) {
            return keyring.require(kid).group();
        }
    }
}
