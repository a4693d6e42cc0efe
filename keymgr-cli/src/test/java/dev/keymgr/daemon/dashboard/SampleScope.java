package dev.keymgr.daemon.dashboard;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.key.VerificationKey;
import dev.keymgr.rollover.RolloverPlan;
import dev.keymgr.rollover.RolloverPlanner;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.Step;
import dev.keymgr.rollover.Timing;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A scope that lives as the planner says, from its first key up to an instant. The same in every run. */
final class SampleScope {
    private final ScopeName name;
    private final RolloverPolicy policy;
    private final Random random;
    private final List<AuditEvent> events = new ArrayList<>();
    private Keyring keyring;
    private Instant now;

    SampleScope(String name, RolloverPolicy policy, Instant start) {
        this.name = new ScopeName(name);
        this.policy = policy;
        this.random = new Random(name.hashCode());
        this.keyring = Keyring.empty(this.name);
        this.now = start;
    }

    /** Everything that falls due until then is done when it falls due. */
    SampleScope liveUntil(Instant end) {
        while (!now.isAfter(end)) {
            RolloverPlan plan = new RolloverPlanner().plan(keyring, policy, now);
            if (plan.due().isEmpty()) {
                now = plan.nextLookAt();
            } else {
                plan.due().get(0).step().accept(new Doing());
            }
        }
        now = end;
        return this;
    }

    Keyring keyring() {
        return keyring;
    }

    void become(Keyring next) {
        keyring = next;
    }

    RolloverPolicy policy() {
        return policy;
    }

    SigningKey active() {
        return keyring.active(group(policy.algorithms().get(0))).orElseThrow();
    }

    KeyGroup group(SigningAlgorithm algorithm) {
        return new KeyGroup(name, algorithm);
    }

    List<AuditEvent> events() {
        return List.copyOf(events);
    }

    ScopeView view() {
        return viewAt(now);
    }

    ScopeView viewAt(Instant instant) {
        JwksDocument served = keyring.servedPublication()
                .map(p -> new JwksDocument(
                        name, p.number(), "x".repeat(420).getBytes(StandardCharsets.UTF_8), p.maxAge()))
                .orElse(null);
        return ScopeView.of("https://" + name + ".login.example", policy, keyring, served, instant);
    }

    private void note(AuditAction action, Kid kid, Map<String, String> details) {
        events.add(AuditEvent.of(now, "keymgr@node-1", action, name, kid, details));
    }

    /** Does a step as the executor would, without token, sinks and store. */
    private final class Doing implements Step.Visitor<Boolean> {
        private boolean next(Keyring next) {
            keyring = next;
            return true;
        }

        @Override
        public Boolean generate(Step.Generate step) {
            boolean curve = step.group().algorithm().isEllipticCurve();
            BigInteger number = new BigInteger(255, random).setBit(254);
            VerificationKey publicKey = curve
                    ? new VerificationKey.Ec(step.group().algorithm().curve(), number, BigInteger.TEN)
                    : new VerificationKey.Rsa(number, BigInteger.valueOf(65_537));
            SigningKey key = SigningKey.generated(
                    step.group(), new KeyLocation(step.token(), new CkaId(hex(number))), publicKey, now);
            note(
                    AuditAction.KEY_GENERATED,
                    key.kid(),
                    Map.of("alg", key.algorithm().name(), "token", step.token().value()));
            return next(keyring.generated(key, now));
        }

        @Override
        public Boolean abandon(Step.Abandon step) {
            return next(keyring.abandoning(step.intent(), now));
        }

        @Override
        public Boolean publish(Step.Publish step) {
            Duration bound = new Timing(policy).cacheBoundNow(keyring);
            Keyring intended = keyring.intending(
                    step.listings(), policy.cache().maxAge(), policy.cache().bound(), now);
            next(intended.served(
                    now, bound, policy.propagation(), policy.lifetime().skew()));
            String document = keyring.servedPublication()
                    .map(Publication::number)
                    .orElseThrow()
                    .toString();
            step.added().forEach(k -> note(AuditAction.KEY_PUBLISHED, k, Map.of("document", document)));
            step.removed().forEach(k -> note(AuditAction.KEY_REMOVED, k, Map.of("document", document)));
            return true;
        }

        @Override
        public Boolean activate(Step.Activate step) {
            Kid predecessor = step.predecessor();
            next(keyring.activated(step.kid(), policy.lifetime().max(), now));
            note(AuditAction.KEY_ACTIVATED, step.kid(), Map.of("token-lifetime", "1h"));
            if (predecessor != null) {
                note(
                        AuditAction.KEY_RETIRED,
                        predecessor,
                        Map.of("successor", step.kid().prefix()));
            }
            return true;
        }

        @Override
        public Boolean retire(Step.Retire step) {
            return next(keyring.retired(step.kid(), now));
        }

        @Override
        public Boolean destroy(Step.Destroy step) {
            note(AuditAction.PRIVATE_DESTROYED, step.kid(), Map.of());
            return next(keyring.privateDestroyed(step.kid(), now));
        }

        @Override
        public Boolean revoke(Step.Revoke step) {
            return next(keyring.compromised(step.kids(), step.record(), now));
        }

        @Override
        public Boolean extendTokenLifetime(Step.ExtendTokenLifetime step) {
            return next(keyring.extendingTokenLifetime(step.kid(), step.lifetime(), now));
        }
    }

    private static String hex(BigInteger number) {
        return String.format("%064x", number).substring(0, 32);
    }

    // ---- policies

    /** What a scope gets that sets nothing. */
    static RolloverPolicy daily(String... tokens) {
        Duration rotation = Duration.ofDays(14);
        return policy(
                rotation,
                RolloverPolicy.Caching.of(Duration.ofMinutes(5), Map.of("unregistered", Duration.ofHours(1))),
                Duration.ofMinutes(5),
                new RolloverPolicy.Lifetime(Duration.ofHours(1), Duration.ofMinutes(2), Duration.ofMinutes(1)),
                tokens);
    }

    /** A rollover in half a minute. */
    static RolloverPolicy swift(String... tokens) {
        return policy(
                Duration.ofSeconds(30),
                RolloverPolicy.Caching.of(Duration.ofSeconds(4), Map.of()),
                Duration.ofSeconds(1),
                new RolloverPolicy.Lifetime(Duration.ofSeconds(5), Duration.ofSeconds(1), Duration.ofSeconds(1)),
                tokens);
    }

    private static RolloverPolicy policy(
            Duration rotation,
            RolloverPolicy.Caching cache,
            Duration propagation,
            RolloverPolicy.Lifetime lifetime,
            String... tokens) {
        boolean slow = rotation.compareTo(Duration.ofDays(1)) > 0;
        return new RolloverPolicy(
                List.of(tokens).stream().map(TokenLabel::new).toList(),
                List.of(SigningAlgorithm.ES256),
                rotation,
                cache,
                propagation,
                lifetime,
                slow ? Duration.ofMinutes(2) : Duration.ofSeconds(1),
                slow
                        ? new RolloverPolicy.Tick(Duration.ofMinutes(5), 2)
                        : new RolloverPolicy.Tick(Duration.ofSeconds(1), 2),
                new RolloverPolicy.Ages(
                        rotation.multipliedBy(2).plus(rotation.dividedBy(28)),
                        rotation.multipliedBy(2).plus(rotation.dividedBy(14)),
                        rotation.dividedBy(14),
                        rotation.multipliedBy(3)),
                Duration.ofHours(1),
                1,
                RolloverPolicy.Tenancy.SINGLE,
                false,
                List.of());
    }
}
