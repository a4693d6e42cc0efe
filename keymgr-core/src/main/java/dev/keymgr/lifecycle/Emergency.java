package dev.keymgr.lifecycle;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.IllegalTransitionException;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.Succession;
import dev.keymgr.rollover.Timing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What is done in a hurry: revoke, suspend, resume. The switch of signing is one commit that needs neither token nor sink;
 * the document follows in the same call and, should that fail, in every later {@link Lifecycle#advance}.
 */
public final class Emergency {
    /** What to do when no standby is ready to sign. */
    public enum Issuance {
        /** Refuse the command: somebody has to choose first. */
        MUST_GO_ON,
        /** Sign nothing until a standby is ready. */
        MAY_STOP,
        /** Sign at once with a published key that verifiers may not know yet. A revocation's only. */
        FRESH_KEY
    }

    /** Whether a suspended key stays in the document. */
    public enum Listing {
        STAYS,
        WITHDRAWN
    }

    private final Lifecycle lifecycle;
    private final Ledger ledger;

    Emergency(Lifecycle lifecycle, Ledger ledger) {
        this.lifecycle = lifecycle;
        this.ledger = ledger;
    }

    /**
     * Ends trust in a key: signing stops, a ready standby takes over, both in one commit; then the document without it is
     * served and new standbys are made. Idempotent: of a key already revoked only what is still to be done is done.
     *
     * @throws KeymgrException CHECK_FAILED when it signs, no standby is ready and issuance must go on: nothing was changed
     */
    public Advance revoke(ScopeName name, Kid kid, Compromise record, Issuance issuance) {
        return stop(name, kid, record, issuance).goOn();
    }

    /** The first half of {@link #revoke}, for whoever has other scopes to stop before documents are written. */
    public Stopped stop(ScopeName name, Kid kid, Compromise record, Issuance issuance) {
        return stop(new Order(
                name,
                record,
                issuance,
                keyring -> Succession.burntBy(keyring, kid, record.cause()),
                keyring -> keyring.widening(kid, record.cause(), lifecycle.now(name, keyring))));
    }

    /**
     * Ends trust in every key of a scope. No standby survives that, so somebody has to choose how issuance goes on.
     * Idempotent: see {@link Succession#burntWithAll}.
     *
     * @throws KeymgrException CHECK_FAILED when a key signs and issuance must go on: nothing was changed
     */
    public Advance revokeAll(ScopeName name, Compromise record, Issuance issuance) {
        return stopAll(name, record, issuance).goOn();
    }

    /**
     * Changes nothing: asks whether {@link #stopAll} would, for whoever has several scopes to stop and must not stop some of them
     * before it is known that none needs a choice.
     *
     * @throws KeymgrException CHECK_FAILED when a key signs, no standby is ready and issuance must go on
     */
    public void requireChoice(ScopeName name, Compromise record, Issuance issuance) {
        Keyring keyring = ledger.read(name);
        Set<Kid> burnt = all(name, record, issuance).burntBy().apply(keyring);
        if (!burnt.isEmpty()) {
            revoked(keyring, burnt, record, issuance, new TreeMap<>());
        }
    }

    /** The first half of {@link #revokeAll}. */
    public Stopped stopAll(ScopeName name, Compromise record, Issuance issuance) {
        return stop(all(name, record, issuance));
    }

    private Order all(ScopeName name, Compromise record, Issuance issuance) {
        RolloverPolicy policy = lifecycle.scope(name).policy();
        return new Order(
                name,
                record,
                issuance,
                keyring -> Succession.burntWithAll(keyring, policy, record, lifecycle.now(name, keyring)),
                UnaryOperator.identity());
    }

    /** @param widening what an order of a wider cause changes in the record of a key that was revoked before */
    private record Order(
            ScopeName name,
            Compromise record,
            Issuance issuance,
            Function<Keyring, Set<Kid>> burntBy,
            UnaryOperator<Keyring> widening) {}

    private Stopped stop(Order order) {
        Map<String, String> remarks =
                new TreeMap<>(Map.of("reason", order.record().reason()));
        List<Advance.Done> done;
        try {
            done = changed(order.name(), remarks, keyring -> {
                Set<Kid> burnt = order.burntBy().apply(keyring);
                Keyring widened = order.widening().apply(keyring);
                return burnt.isEmpty() ? widened : revoked(widened, burnt, order.record(), order.issuance(), remarks);
            });
        } catch (KeymgrException e) {
            return withoutStore(order, e);
        }
        return new Stopped(done, () -> goOn(order, done));
    }

    private Advance goOn(Order order, List<Advance.Done> done) {
        try {
            Advance advance = thenAdvance(order.name(), done);
            return order.issuance() == Issuance.FRESH_KEY ? signingEarly(advance, order.record()) : advance;
        } catch (KeymgrException e) {
            return withoutStore(order, e).goOn();
        }
    }

    private Keyring revoked(
            Keyring keyring, Set<Kid> burnt, Compromise record, Issuance issuance, Map<String, String> remarks) {
        Instant now = lifecycle.now(keyring.scope(), keyring);
        Keyring after = refusing(keyring, k -> k.compromised(burnt, record, now));
        return OutageChoice.handOver(lifecycle.scope(keyring.scope()).policy(), keyring, after, now, issuance, remarks);
    }

    /**
     * Signing stops and the key leaves the document all the same, where the store can be read. Somebody has to choose here too
     * when no standby is ready: it would not take over once the store is back.
     */
    private Stopped withoutStore(Order order, KeymgrException failure) {
        if (failure.code() != ErrorCode.STORE_UNAVAILABLE) {
            throw failure;
        }
        ScopeName name = order.name();
        Keyring keyring;
        try {
            keyring = ledger.read(name);
        } catch (KeymgrException e) {
            throw failure;
        }
        Set<Kid> out = new TreeSet<>(order.burntBy().apply(keyring));
        if (!out.isEmpty()) {
            revoked(keyring, out, order.record(), order.issuance(), new TreeMap<>());
        }
        // Revoked in the record, perhaps a moment ago by this very call, and still where verifiers and signers find it.
        keyring.servedPublication()
                .ifPresent(served -> keyring.keys().stream()
                        .filter(k -> k.state() == KeyState.COMPROMISED && served.lists(k.kid()))
                        .forEach(k -> out.add(k.kid())));
        ledger.orders().of(name).forEach(o -> out.addAll(o.missingIn(keyring)));
        if (out.isEmpty()) {
            throw failure;
        }
        return lifecycle.lastResort().stop(lifecycle.scope(name), keyring, out, order.record(), failure);
    }

    /** Also where an earlier call had burnt the keys and came no further. */
    private Advance signingEarly(Advance first, Compromise record) {
        ScopeName name = first.keyring().scope();
        boolean signs = lifecycle.scope(name).policy().algorithms().stream()
                .allMatch(a -> first.keyring()
                        .active(new KeyGroup(name, a))
                        .filter(SigningKey::canSign)
                        .isPresent());
        if (signs) {
            return first;
        }
        Advance second = lifecycle.signEarly(name, record.reason());
        List<Advance.Done> done = new ArrayList<>(first.done());
        done.addAll(second.done());
        return new Advance(done, second.failures(), second.keyring(), second.next()); // it tried anew what had failed
    }

    /**
     * Orders a revocation for later, in the place of an earlier order for the key. It comes about like every step, by
     * {@link Lifecycle#advance}; where no standby is ready then, signing stops.
     *
     * @throws IllegalTransitionException for a key that cannot be revoked any more; nothing was changed
     */
    public Keyring schedule(ScopeName name, ScheduledRevocation revocation) {
        return lifecycle.change(
                name,
                Map.of(),
                keyring -> keyring.revocations().contains(revocation)
                        ? keyring
                        : refusing(keyring, k -> k.scheduling(revocation, lifecycle.now(name, k))));
    }

    /** Takes an order back. None: nothing changes. */
    public Keyring cancel(ScopeName name, Kid kid) {
        return lifecycle.change(
                name,
                Map.of(),
                keyring -> keyring.revocationOf(kid).isPresent()
                        ? keyring.unscheduling(kid, lifecycle.now(name, keyring))
                        : keyring);
    }

    /**
     * Bars a signing key while a suspicion is examined; a ready standby takes over in the same commit. Undecided, the key
     * counts as compromised when the policy's limit has passed.
     *
     * @throws KeymgrException CHECK_FAILED when no standby is ready and issuance must go on: nothing was changed
     */
    public Advance suspend(ScopeName name, Kid kid, String reason, Listing listing, Issuance issuance) {
        if (issuance == Issuance.FRESH_KEY) {
            throw new IllegalArgumentException(
                    "a suspicion is no reason to sign with a key that verifiers do not know");
        }
        Map<String, String> remarks = new TreeMap<>(Map.of("reason", reason));
        List<Advance.Done> barring = changed(name, remarks, keyring -> {
            Instant now = lifecycle.now(name, keyring);
            Keyring barred = keyring.require(kid).state() == KeyState.SUSPENDED
                    ? keyring
                    : refusing(keyring, k -> k.suspended(kid, now));
            boolean leaves =
                    listing == Listing.WITHDRAWN && !barred.require(kid).isWithdrawn();
            Keyring after = leaves ? barred.withdrawing(kid, now) : barred;
            return OutageChoice.handOver(
                    lifecycle.scope(keyring.scope()).policy(), keyring, after, now, issuance, remarks);
        });
        return thenAdvance(name, barring);
    }

    /**
     * Clears a suspended key: it signs again when nothing has taken its place and its age allows it, else it retires from the
     * instant of its suspension.
     *
     * @param approvers who agreed, besides the actor; two to sign again, one to retire
     * @throws KeymgrException APPROVAL_MISSING with fewer; ILLEGAL_TRANSITION for a key that was withdrawn, whose
     *     verifiers may have forgotten it; nothing was changed
     */
    public Advance resume(ScopeName name, Kid kid, String finding, Set<String> approvers) {
        Map<String, String> remarks =
                Map.of("finding", finding, "approved-by", String.join(", ", new TreeSet<>(approvers)));
        List<Advance.Done> clearing = changed(name, remarks, keyring -> {
            SigningKey key = keyring.require(kid);
            Instant now = lifecycle.now(name, keyring);
            RolloverPolicy policy = lifecycle.scope(name).policy();
            boolean signsAgain = Succession.signsAgain(keyring, policy, key, now);
            if (key.state() != KeyState.SUSPENDED || (signsAgain && key.isWithdrawn())) {
                return refuse(
                        keyring,
                        new IllegalTransitionException(
                                kid,
                                key.state(),
                                KeyState.ACTIVE,
                                key.isWithdrawn()
                                        ? "it was withdrawn and verifiers may have forgotten it; revoke it, or let it run out"
                                        : "only a suspended key can resume"));
            }
            if (!now.isBefore(new Timing(policy).suspensionEnds(key).result())) {
                return refuse(
                        keyring,
                        new IllegalTransitionException(
                                kid,
                                key.state(),
                                KeyState.ACTIVE,
                                "its suspension has run out; it counts as compromised"));
            }
            requireApprovals(approvers, signsAgain ? 2 : 1);
            return signsAgain ? keyring.activated(kid, policy.lifetime().max(), now) : keyring.retired(kid, now);
        });
        return thenAdvance(name, clearing);
    }

    /** What a change made of each key. */
    private List<Advance.Done> changed(ScopeName name, Map<String, String> remarks, UnaryOperator<Keyring> change) {
        List<Advance.Done> done = new ArrayList<>();
        lifecycle.change(name, remarks, before -> {
            Keyring changed = change.apply(before);
            String reason = String.join("; ", remarks.values());
            for (SigningKey key : changed.changedSince(before)) {
                Difference.between(before.require(key.kid()), key)
                        .ifPresent(what -> done.add(new Advance.Done(changed.changedAt(), what, reason)));
            }
            return changed;
        });
        return done;
    }

    /** The change came first, whatever follows: who is out and who signs now must be known even if the document fails. */
    private Advance thenAdvance(ScopeName name, List<Advance.Done> first) {
        Advance advance = lifecycle.advance(name);
        List<Advance.Done> done = new ArrayList<>(first);
        done.addAll(advance.done());
        return new Advance(done, advance.failures(), advance.keyring(), advance.next());
    }

    private void requireApprovals(Set<String> approvers, int needed) {
        long others = approvers.stream()
                .filter(a -> !a.isBlank() && !a.equals(ledger.actor()))
                .count();
        if (others < needed) {
            throw new KeymgrException(
                    ErrorCode.APPROVAL_MISSING,
                    "this needs the agreement of " + (needed == 1 ? "one person" : needed + " people") + " besides "
                            + ledger.actor() + ", and has " + others
                            + "; nothing was changed; name them with --approved-by");
        }
    }

    private Keyring refusing(Keyring keyring, UnaryOperator<Keyring> change) {
        try {
            return change.apply(keyring);
        } catch (IllegalTransitionException e) {
            return refuse(keyring, e);
        }
    }

    private Keyring refuse(Keyring keyring, IllegalTransitionException refusal) {
        ledger.refused(keyring, refusal);
        throw refusal;
    }
}
