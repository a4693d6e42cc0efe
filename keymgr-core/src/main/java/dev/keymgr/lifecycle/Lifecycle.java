package dev.keymgr.lifecycle;

import dev.keymgr.audit.AuditLog;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.inventory.EmergencyOrders;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.lifecycle.Custody.Finding;
import dev.keymgr.rollover.PlannedStep;
import dev.keymgr.rollover.RolloverPlan;
import dev.keymgr.rollover.RolloverPlanner;
import dev.keymgr.rollover.RolloverPlanner.WhenFrozen;
import dev.keymgr.rollover.StepText;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Moves the keys of every scope along: the daemon's tick, the operator's {@code apply} and {@code rotate}, and what follows
 * an emergency all come here. Works on one scope at a time under its lock; safe to call late, twice, from several processes
 * and after a crash, for each call derives afresh what is due. Safe for many threads.
 */
public final class Lifecycle {
    /** More steps than this at one instant would be a planner that never comes to rest. */
    private static final int STEPS_MAX = 200;

    private final SortedMap<ScopeName, ManagedScope> scopes = new TreeMap<>();
    private final Ledger ledger;
    private final Tokens tokens;
    private final SelfTest selfTest;
    private final SecureRandom random;
    private final Progress progress;
    private final RolloverPlanner planner = new RolloverPlanner();
    private final Custody custody;
    private final Publisher publisher;
    private final ExposureClock exposures;

    /**
     * Wires a lifecycle.
     *
     * @param actor who acts, for the audit: a person or a named service, with the host
     * @param patience how long to wait for another process at work on the same scope
     */
    public Lifecycle(
            Collection<ManagedScope> scopes,
            Inventory inventory,
            AuditLog audit,
            Tokens tokens,
            Clock clock,
            SecureRandom random,
            String actor,
            Duration patience,
            Progress progress) {
        this(scopes, inventory, audit, EmergencyOrders.NONE, tokens, clock, random, actor, patience, progress);
    }

    /**
     * The same with a place for what the store cannot take.
     *
     * @param orders what an emergency leaves while the inventory cannot be written
     */
    public Lifecycle(
            Collection<ManagedScope> scopes,
            Inventory inventory,
            AuditLog audit,
            EmergencyOrders orders,
            Tokens tokens,
            Clock clock,
            SecureRandom random,
            String actor,
            Duration patience,
            Progress progress) {
        scopes.forEach(s -> this.scopes.put(s.name(), s));
        this.ledger = new Ledger(inventory, audit, orders, clock, actor, patience);
        this.tokens = tokens;
        this.selfTest = new SelfTest(random);
        this.random = random;
        this.progress = progress;
        this.custody = new Custody(tokens);
        this.publisher = new Publisher(ledger, this.scopes.keySet());
        this.exposures = new ExposureClock(ledger);
    }

    /** Carries out everything that is due. What fails is reported and still due; the rest is done all the same. */
    public Advance advance(ScopeName name) {
        ManagedScope scope = scope(name);
        return ledger.locked(name, () -> new Run(scope).advance());
    }

    /** {@link #rotate(ScopeName, SigningAlgorithm, WhenFrozen)}, refused in a change freeze. */
    public Advance rotate(ScopeName name, SigningAlgorithm algorithm) {
        return rotate(name, algorithm, WhenFrozen.REFUSE);
    }

    /**
     * The next key now, if one is ready.
     *
     * @throws dev.keymgr.key.TooEarlyException in a change freeze, or when none is ready; it says from when it goes; nothing
     *     was changed
     */
    public Advance rotate(ScopeName name, SigningAlgorithm algorithm, WhenFrozen whenFrozen) {
        ManagedScope scope = scope(name);
        return ledger.locked(name, () -> {
            Run run = new Run(scope);
            run.carry();
            Keyring keyring = ledger.read(name);
            run.apply(keyring, planner.rotation(keyring, scope.policy(), algorithm, now(name, keyring), whenFrozen));
            return run.advance();
        });
    }

    /** What is wrong with a scope's public addresses now; empty when each shows the document that stands. Changes nothing. */
    public List<Advance.Failure> lookAtProbes(ScopeName name) {
        ManagedScope scope = scope(name);
        Keyring keyring = ledger.read(name);
        return new Witness(scope).differences(keyring, ledger.clock().instant());
    }

    /** Writes the standing document to every sink once more. */
    public JwksDocument republish(ScopeName name) {
        ManagedScope scope = scope(name);
        return ledger.locked(name, () -> {
            progress.begins(name, "write the standing document");
            return publisher.rewrite(scope, ledger.read(name));
        });
    }

    /** Forbids removal and destruction of a key until an instant. Replaces an earlier hold on it. */
    public Keyring hold(ScopeName name, Hold hold) {
        return change(name, Map.of(), keyring -> keyring.holding(hold, now(name, keyring)));
    }

    /** Ends a hold before its time. No hold: nothing changes. */
    public Keyring release(ScopeName name, Kid kid) {
        return change(
                name,
                Map.of(),
                keyring -> keyring.holds().stream().anyMatch(h -> h.kid().equals(kid))
                        ? keyring.releasing(kid, now(name, keyring))
                        : keyring);
    }

    /** The emergency commands, over the same scopes. */
    public Emergency emergency() {
        return new Emergency(this, ledger);
    }

    ManagedScope scope(ScopeName name) {
        ManagedScope scope = scopes.get(name);
        if (scope == null) {
            throw new KeymgrException(
                    ErrorCode.USAGE, "no scope '" + name + "' in the configuration; there are: " + scopes.keySet());
        }
        return scope;
    }

    Instant now(ScopeName name, Keyring keyring) {
        return ledger.now(keyring, scope(name).policy().lifetime().skew());
    }

    /** One committed change under the lock; a keyring returned unchanged is not written. */
    Keyring change(ScopeName name, Map<String, String> remarks, UnaryOperator<Keyring> change) {
        return ledger.locked(name, () -> {
            new Carrier(ledger, scope(name)).carry();
            Keyring before = ledger.read(name);
            Keyring after = change.apply(before);
            return after.generation().equals(before.generation()) ? before : ledger.commit(before, after, remarks);
        });
    }

    /**
     * Lets the best published key of every group without a signer sign now, though verifiers may not know it yet; then does what
     * is due. Where one can sign already nothing is done early: safe to repeat.
     */
    Advance signEarly(ScopeName name, String reason) {
        ManagedScope scope = scope(name);
        return ledger.locked(name, () -> {
            Run run = new Run(scope);
            run.carry();
            scope.policy().algorithms().forEach(a -> run.signEarly(new KeyGroup(name, a), reason));
            return run.advance();
        });
    }

    /** How a revocation goes on when the store cannot be written. */
    LastResort lastResort() {
        return new LastResort(ledger, tokens, publisher);
    }

    private CkaId freshId() {
        byte[] bytes = new byte[16];
        random.nextBytes(bytes);
        return new CkaId(HexFormat.of().formatHex(bytes));
    }

    /** One look at one scope, under its lock. */
    private final class Run {
        private final ManagedScope scope;
        private final StepExecutor executor;
        private final List<Advance.Done> done = new ArrayList<>();
        private final List<Advance.Failure> failures = new ArrayList<>();
        private final Set<String> failed = new HashSet<>();

        Run(ManagedScope scope) {
            this.scope = scope;
            this.executor = new StepExecutor(scope, ledger, tokens, publisher, selfTest, Lifecycle.this::freshId);
        }

        /** What was done without the store comes first: all else follows from it. */
        void carry() {
            Carrier carrier = new Carrier(ledger, scope);
            carrier.carry();
            done.addAll(carrier.done());
            failures.addAll(carrier.failures());
        }

        Advance advance() {
            carry();
            examineCustody();
            observe();
            for (int steps = 0; steps < STEPS_MAX; steps++) {
                Keyring keyring = ledger.read(scope.name());
                Instant now = now(scope.name(), keyring);
                RolloverPlan plan = planner.plan(keyring, scope.policy(), now);
                Optional<PlannedStep> next = plan.due().stream()
                        .filter(s -> !failed.contains(StepText.of(s.step())))
                        .findFirst();
                if (next.isEmpty()) {
                    done.addAll(exposures.look(scope, keyring, now));
                    return new Advance(done, failures, keyring, plan);
                }
                attempt(keyring, next.get());
            }
            throw new IllegalStateException("the plan of " + scope.name() + " does not come to rest: " + done);
        }

        private void attempt(Keyring keyring, PlannedStep step) {
            attempt(StepText.of(step.step()), () -> apply(keyring, step));
        }

        private void attempt(String what, Runnable work) {
            try {
                work.run();
            } catch (KeymgrException e) {
                if (isOfTheStore(e)) {
                    throw e; // nothing more can be recorded, so nothing more is done
                }
                failed.add(what);
                failures.add(new Advance.Failure(what, e));
            }
        }

        void apply(Keyring keyring, PlannedStep step) {
            String what = StepText.of(step.step());
            progress.begins(scope.name(), what);
            Keyring after = executor.apply(keyring, step.step(), step.reason());
            done.add(new Advance.Done(after.changedAt(), what, step.reason()));
        }

        void signEarly(KeyGroup group, String reason) {
            Keyring keyring = ledger.read(scope.name());
            executor.earlySuccessor(keyring, group).ifPresent(next -> {
                String what = "activate " + next.kid().prefix() + " before it is ready";
                attempt(what, () -> {
                    progress.begins(scope.name(), what);
                    Keyring after = executor.activateEarly(keyring, next, reason);
                    done.add(new Advance.Done(after.changedAt(), what, "by --hard: " + reason));
                });
            });
        }

        /** Keys gone from a token, or back in it, change what is due. A token that is down changes nothing. */
        private void examineCustody() {
            try {
                Keyring keyring = ledger.read(scope.name());
                Optional<Finding> change = custody.firstChange(keyring);
                while (change.isPresent()) {
                    keyring = record(keyring, change.get());
                    change = custody.firstChange(keyring);
                }
            } catch (KeymgrException e) {
                if (isOfTheStore(e) || e.code() == ErrorCode.CLOCK_WENT_BACK) {
                    throw e;
                }
                failures.add(new Advance.Failure("look for the keys in their tokens", e));
            }
        }

        /** Evidence only ever delays: a probe that fails changes nothing, and is named once its time is up. */
        private void observe() {
            Keyring keyring = ledger.read(scope.name());
            Witness.Sighting sighting = new Witness(scope).look(keyring, now(scope.name(), keyring));
            failures.addAll(sighting.failures());
            if (!sighting.seen().isEmpty()) {
                Keyring after = keyring.observed(sighting.seen(), now(scope.name(), keyring));
                ledger.commit(keyring, after);
                done.add(new Advance.Done(
                        after.changedAt(), "seen at every public address: " + sighting.seenText(), "probes"));
            }
        }

        private Keyring record(Keyring keyring, Finding finding) {
            Kid kid = keyring.keys().stream()
                    .filter(k -> k.location().equals(finding.location()))
                    .findFirst()
                    .orElseThrow()
                    .kid();
            Instant at = now(scope.name(), keyring);
            boolean lost = keyring.require(kid).privateHalf() == PrivateHalf.PRESENT;
            Keyring after = lost ? keyring.privateLost(kid, at) : keyring.privateFound(kid, at);
            done.add(new Advance.Done(at, "record: " + finding.message(), "inventory and token disagree"));
            return ledger.commit(keyring, after, Map.of("finding", finding.message()));
        }
    }

    private static boolean isOfTheStore(KeymgrException error) {
        return switch (error.code()) {
            case STORE_UNAVAILABLE, STORE_SCHEMA, STORE_CONFLICT, SCOPE_BUSY, CLOCK_WENT_BACK -> true;
            default -> false;
        };
    }
}
