package dev.keymgr.lifecycle;

import dev.keymgr.hsm.Tokens;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.lifecycle.Custody.Finding;
import dev.keymgr.rollover.PlannedStep;
import dev.keymgr.rollover.RolloverPlan;
import dev.keymgr.rollover.RolloverPlanner;
import dev.keymgr.rollover.Step;
import dev.keymgr.rollover.StepText;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One look at one scope, under its lock: what is found, what is done about it, what failed. */
final class Look {
    /** More steps than this at one instant would be a planner that never comes to rest. */
    private static final int STEPS_MAX = 200;

    /** What every look of a lifecycle works with. */
    record Means(
            RolloverPlanner planner,
            Ledger ledger,
            Tokens tokens,
            Publisher publisher,
            SignedPublisher signedPublisher,
            AuthorityKeys authorities,
            ExposureClock exposures,
            SecureRandom random,
            Progress progress) {}

    private final ManagedScope scope;
    private final Means means;
    private final Ledger ledger;
    private final StepExecutor executor;
    private final List<Advance.Done> done = new ArrayList<>();
    private final List<Advance.Failure> failures = new ArrayList<>();
    private final Set<String> failed = new HashSet<>();
    private boolean blind;
    private boolean withdrew;

    Look(ManagedScope scope, Means means) {
        this.scope = scope;
        this.means = means;
        this.ledger = means.ledger();
        this.executor = new StepExecutor(
                scope,
                ledger,
                means.tokens(),
                means.publisher(),
                means.authorities(),
                new SelfTest(means.random()),
                this::freshId);
    }

    /** What was done without the store comes first: all else follows from it. */
    void carry() {
        Carrier carrier = new Carrier(ledger, scope);
        carrier.carry();
        blind = carrier.isBlind();
        done.addAll(carrier.done());
        failures.addAll(carrier.failures());
    }

    Advance advance() {
        carry();
        done.addAll(means.authorities().revokeUndone(ledger.read(scope.name())));
        examineCustody();
        observe();
        for (int steps = 0; steps < STEPS_MAX; steps++) {
            Keyring keyring = ledger.read(scope.name());
            Instant now = now(keyring);
            RolloverPlan plan = means.planner().plan(keyring, scope.policy(), now);
            Optional<PlannedStep> next = plan.due().stream()
                    .filter(s -> !failed.contains(StepText.of(s.step())) && isSafe(keyring, s.step()))
                    .findFirst();
            if (next.isEmpty()) {
                signDocuments(keyring);
                done.addAll(means.exposures().look(scope, keyring, now));
                return new Advance(done, failures, keyring, plan);
            }
            attempt(keyring, next.get());
        }
        throw new IllegalStateException("the plan of " + scope.name() + " does not come to rest: " + done);
    }

    /** While nobody can say which keys were revoked, none may come back into a document. What must be out goes out. */
    private boolean isSafe(Keyring keyring, Step step) {
        return !blind || !(step instanceof Step.Publish publication) || withdraws(keyring, publication);
    }

    private static boolean withdraws(Keyring keyring, Step.Publish publication) {
        return publication.added().isEmpty()
                && publication.removed().stream()
                        .map(keyring::require)
                        .anyMatch(k -> k.state() == KeyState.COMPROMISED || k.isWithdrawn());
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
        means.progress().begins(scope.name(), what);
        Keyring after = executor.apply(keyring, step.step(), step.reason());
        withdrew |= step.step() instanceof Step.Publish publication && withdraws(keyring, publication);
        done.add(new Advance.Done(after.changedAt(), what, step.reason()));
    }

    /** Last: what is due by now is in the documents, and a token that is down holds up nothing else. */
    private void signDocuments(Keyring keyring) {
        if (blind && !withdrew) {
            return;
        }
        try {
            if (means.signedPublisher().refresh(scope, keyring)) {
                done.add(new Advance.Done(
                        now(keyring), "sign the documents", "they changed, or half their time was over"));
            }
        } catch (KeymgrException e) {
            if (isOfTheStore(e)) {
                throw e;
            }
            failures.add(new Advance.Failure("sign the documents", e));
        }
    }

    void signEarly(KeyGroup group, String reason) {
        Keyring keyring = ledger.read(scope.name());
        executor.earlySuccessor(keyring, group).ifPresent(next -> {
            String what = "activate " + next.kid().prefix() + " before it is ready";
            attempt(what, () -> {
                means.progress().begins(scope.name(), what);
                Keyring after = executor.activateEarly(keyring, next, reason);
                done.add(new Advance.Done(after.changedAt(), what, "by --hard: " + reason));
            });
        });
    }

    /** Keys gone from a token, or back in it, change what is due. A token that is down changes nothing. */
    private void examineCustody() {
        try {
            Custody custody = new Custody(means.tokens());
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
        Witness.Sighting sighting = new Witness(scope).look(keyring, now(keyring));
        failures.addAll(sighting.failures());
        if (!sighting.seen().isEmpty()) {
            Keyring after = keyring.observed(sighting.seen(), now(keyring));
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
        Instant at = now(keyring);
        boolean lost = keyring.require(kid).privateHalf() == PrivateHalf.PRESENT;
        Keyring after = lost ? keyring.privateLost(kid, at) : keyring.privateFound(kid, at);
        done.add(new Advance.Done(at, "record: " + finding.message(), "inventory and token disagree"));
        return ledger.commit(keyring, after, Map.of("finding", finding.message()));
    }

    private Instant now(Keyring keyring) {
        return ledger.now(keyring, scope.policy().lifetime().skew());
    }

    private CkaId freshId() {
        byte[] bytes = new byte[16];
        means.random().nextBytes(bytes);
        return new CkaId(HexFormat.of().formatHex(bytes));
    }

    private static boolean isOfTheStore(KeymgrException error) {
        return switch (error.code()) {
            case STORE_UNAVAILABLE, STORE_SCHEMA, STORE_CONFLICT, SCOPE_BUSY, CLOCK_WENT_BACK -> true;
            default -> false;
        };
    }
}
