package dev.keymgr.lifecycle;

import dev.keymgr.authority.Authority;
import dev.keymgr.authority.DocumentSigner;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.rollover.RolloverPlanner;
import dev.keymgr.rollover.RolloverPlanner.WhenFrozen;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Moves the keys of every scope along: the daemon's tick, the operator's {@code apply} and {@code rotate}, and what follows
 * an emergency all come here. Works on one scope at a time under its lock; safe to call late, twice, from several processes
 * and after a crash, for each call derives afresh what is due. Safe for many threads.
 */
public final class Lifecycle {
    private final SortedMap<ScopeName, ManagedScope> scopes = new TreeMap<>();
    private final Ledger ledger;
    private final Tokens tokens;
    private final Progress progress;
    private final RolloverPlanner planner = new RolloverPlanner();
    private final AuthorityKeys authorities;
    private final SignedPublisher signedPublisher;
    private final Publisher publisher;
    private final Look.Means means;

    /**
     * Wires a lifecycle.
     *
     * @param actor who acts, for the audit: a person or a named service, with the host
     * @param patience how long to wait for another process at work on the same scope
     */
    public Lifecycle(
            Collection<ManagedScope> scopes,
            Records records,
            Tokens tokens,
            Clock clock,
            SecureRandom random,
            String actor,
            Duration patience,
            Progress progress) {
        scopes.forEach(s -> this.scopes.put(s.name(), s));
        this.ledger = new Ledger(records, clock, actor, patience);
        this.tokens = tokens;
        this.progress = progress;
        this.authorities = new AuthorityKeys(ledger, tokens, random);
        this.signedPublisher = new SignedPublisher(ledger, authorities);
        this.publisher = new Publisher(ledger, this.scopes.keySet(), signedPublisher);
        this.means = new Look.Means(
                planner,
                ledger,
                tokens,
                publisher,
                signedPublisher,
                authorities,
                new ExposureClock(ledger),
                random,
                progress);
    }

    /**
     * Carries out everything that is due. What fails is reported and still due; the rest is done all the same. With a store that
     * cannot be written only the revocations that were ordered without it go on.
     */
    public Advance advance(ScopeName name) {
        ManagedScope scope = scope(name);
        try {
            return ledger.locked(name, () -> new Look(scope, means).advance());
        } catch (KeymgrException e) {
            throw lastResort().goOn(scope, e);
        }
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
            Look look = new Look(scope, means);
            look.carry();
            Keyring keyring = ledger.read(name);
            look.apply(keyring, planner.rotation(keyring, scope.policy(), algorithm, now(name, keyring), whenFrozen));
            return look.advance();
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

    /**
     * Gives a scope an authority in each of its tokens that has none that stands, or has it no more. Idempotent.
     *
     * @return for each token one that stands and can sign
     */
    public List<Authority> establishAuthorities(ScopeName name) {
        ManagedScope scope = scope(name);
        return ledger.locked(name, () -> authorities.establish(scope));
    }

    /** Has the authorities of these scopes sign. */
    public DocumentSigner documentSigner() {
        return authorities;
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
            Look look = new Look(scope, means);
            look.carry();
            scope.policy().algorithms().forEach(a -> look.signEarly(new KeyGroup(name, a), reason));
            return look.advance();
        });
    }

    /** How a revocation goes on when the store cannot be written. */
    LastResort lastResort() {
        return new LastResort(ledger, tokens, publisher, signedPublisher);
    }
}
