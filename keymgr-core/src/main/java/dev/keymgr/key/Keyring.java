package dev.keymgr.key;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * All keys of one scope at one generation. Immutable; each change gives the next generation, so a keyring and its
 * successor are what a store compares and swaps. A keyring that breaks a law does not construct: at most one ACTIVE per
 * group, one scope throughout, no kid twice, no document intended that lists a compromised key.
 *
 * @param changedAt the instant of the last change; a clock that reads earlier than this has gone back
 * @param keys in order of generation
 * @param publications those whose copies may still be cached, oldest first; only the last may be unserved
 * @param revocations those ordered for later, at most one of a key
 */
public record Keyring(
        ScopeName scope,
        Generation generation,
        Instant changedAt,
        List<SigningKey> keys,
        List<GenerationIntent> intents,
        List<Publication> publications,
        List<Hold> holds,
        List<ScheduledRevocation> revocations) {

    public Keyring {
        keys = List.copyOf(keys);
        intents = List.copyOf(intents);
        publications = List.copyOf(publications);
        holds = List.copyOf(holds);
        revocations = List.copyOf(revocations);
        KeyringLaws.require(scope, keys, publications, revocations);
    }

    public static Keyring empty(ScopeName scope) {
        return new Keyring(
                scope, Generation.NONE, Instant.EPOCH, List.of(), List.of(), List.of(), List.of(), List.of());
    }

    // ---- reading

    public Optional<SigningKey> find(Kid kid) {
        return keys.stream().filter(k -> k.kid().equals(kid)).findFirst();
    }

    public SigningKey require(Kid kid) {
        return find(kid)
                .orElseThrow(() -> new KeymgrException(
                        ErrorCode.KEY_UNKNOWN,
                        "scope " + scope + " has no key " + kid + "; list them with: keymgr keys"));
    }

    public Stream<SigningKey> in(KeyGroup group) {
        return keys.stream().filter(k -> k.group().equals(group));
    }

    public Optional<SigningKey> active(KeyGroup group) {
        return in(group).filter(k -> k.state() == KeyState.ACTIVE).findFirst();
    }

    public Optional<Publication> lastPublication() {
        return publications.isEmpty() ? Optional.empty() : Optional.of(publications.get(publications.size() - 1));
    }

    /** What sinks hold now, as far as is recorded: the last document that was written everywhere. */
    public Optional<Publication> servedPublication() {
        return publications.stream().filter(Publication::isServed).reduce((first, second) -> second);
    }

    /** Decided but not yet everywhere. */
    public Optional<Publication> pendingPublication() {
        return lastPublication().filter(p -> !p.isServed());
    }

    public Optional<Hold> holdOn(Kid kid, Instant now) {
        return holds.stream()
                .filter(h -> h.kid().equals(kid) && h.isInForce(now))
                .findFirst();
    }

    public Optional<ScheduledRevocation> revocationOf(Kid kid) {
        return revocations.stream().filter(r -> r.kid().equals(kid)).findFirst();
    }

    // ---- changing: each returns the next generation

    public Keyring intending(GenerationIntent intent, Instant at) {
        List<GenerationIntent> next = new ArrayList<>(intents);
        next.add(intent);
        return next(at, keys, next, publications, holds);
    }

    /** The key of an intent has come to be; the intent is spent. */
    public Keyring generated(SigningKey key, Instant at) {
        List<GenerationIntent> open = intents.stream()
                .filter(i -> !i.location().equals(key.location()))
                .toList();
        List<SigningKey> grown = new ArrayList<>(keys);
        grown.add(key);
        return next(at, grown, open, publications, holds);
    }

    /** An intent given up: nobody will look under its id any more. */
    public Keyring abandoning(GenerationIntent intent, Instant at) {
        return next(at, keys, intents.stream().filter(i -> !i.equals(intent)).toList(), publications, holds);
    }

    /** Decides the next document. It replaces one that was decided and never served. */
    public Keyring intending(Map<Kid, Publication.Listing> listings, Duration maxAge, Duration cacheBound, Instant at) {
        listings.keySet().forEach(this::require);
        List<Publication> next = new ArrayList<>(publications);
        pendingPublication().ifPresent(next::remove);
        next.add(Publication.intended(generation.next(), listings, maxAge, cacheBound));
        return next(at, keys, intents, next, holds);
    }

    /** A document that was decided and is not known to be everywhere shall not be any more. */
    public Keyring droppingPending(Instant at) {
        return next(
                at,
                keys,
                intents,
                publications.stream().filter(Publication::isServed).toList(),
                holds);
    }

    /**
     * The pending document is everywhere. Keys new in it become PUBLISHED; keys no longer in it leave: RETIRED to REMOVED,
     * a standby without its private half to DESTROYED.
     *
     * @param cacheBound C* for the keys new in it: how long a document without them may still be cached
     * @param propagation P: how long a superseded document may still be handed out
     */
    public Keyring served(Instant at, Duration cacheBound, Duration propagation, Duration skew) {
        Publication pending = pendingPublication()
                .orElseThrow(() -> new IllegalStateException("nothing was to be published in " + scope));
        ServedDocument document = new ServedDocument(pending, at, cacheBound);
        return next(at, document.keys(keys), intents, document.documents(publications, propagation, skew), holds);
    }

    /** Probes saw keys at every public URL. */
    public Keyring observed(Collection<Kid> kids, Instant at) {
        List<SigningKey> seen = keys.stream()
                .map(k -> kids.contains(k.kid()) ? k.in(k.state(), k.times().with(Moment.OBSERVED, at)) : k)
                .toList();
        return next(at, seen, intents, publications, holds);
    }

    /** Switches signing to a key and retires the one it replaces, in one change. */
    public Keyring activated(Kid kid, Duration tokenLifetime, Instant at) {
        SigningKey successor = require(kid);
        Transitions.require(successor, KeyState.ACTIVE);
        List<SigningKey> moved = new ArrayList<>();
        for (SigningKey key : keys) {
            if (key.kid().equals(kid)) {
                KeyTimes times = key.wasActive() ? key.times() : key.times().with(Moment.ACTIVATED, at);
                moved.add(key.in(KeyState.ACTIVE, times.without(Moment.SUSPENDED))
                        .withTokenLifetime(longer(key.tokenLifetime(), tokenLifetime)));
            } else if (key.group().equals(successor.group()) && key.state() == KeyState.ACTIVE) {
                moved.add(key.in(KeyState.RETIRED, key.times().with(Moment.RETIRED, at)));
            } else {
                moved.add(key);
            }
        }
        return next(at, moved, intents, publications, holds);
    }

    /** The issuer may now sign longer-lived tokens; never shortens. */
    public Keyring extendingTokenLifetime(Kid kid, Duration tokenLifetime, Instant at) {
        return change(kid, at, k -> k.withTokenLifetime(longer(k.tokenLifetime(), tokenLifetime)));
    }

    /** Retires a key whose group gets no successor, or one cleared after a suspension (from the instant of that). */
    public Keyring retired(Kid kid, Instant at) {
        return change(kid, at, key -> {
            Transitions.require(key, KeyState.RETIRED);
            Instant since = key.times().find(Moment.SUSPENDED).orElse(at);
            return key.in(KeyState.RETIRED, key.times().with(Moment.RETIRED, since));
        });
    }

    public Keyring suspended(Kid kid, Instant at) {
        return change(kid, at, key -> {
            Transitions.require(key, KeyState.SUSPENDED);
            return key.in(KeyState.SUSPENDED, key.times().with(Moment.SUSPENDED, at));
        });
    }

    /** Orders a suspended key out of the document. It cannot resume after that. */
    public Keyring withdrawing(Kid kid, Instant at) {
        return change(kid, at, key -> key.in(key.state(), key.times().with(Moment.WITHDRAWN, at)));
    }

    /** Ends trust in keys for ever. A document that was decided with one of them and not yet served is dropped. */
    public Keyring compromised(Collection<Kid> kids, Compromise record, Instant at) {
        return compromised(kids, record, at, at);
    }

    /**
     * The same, recorded later than it came about.
     *
     * @param since when trust in them ended
     */
    public Keyring compromised(Collection<Kid> kids, Compromise record, Instant since, Instant at) {
        kids.forEach(kid -> Transitions.require(require(kid), KeyState.COMPROMISED));
        List<SigningKey> moved = keys.stream()
                .map(k -> kids.contains(k.kid()) ? k.compromised(record, since) : k)
                .toList();
        List<Publication> documents = publications.stream()
                .filter(p -> p.isServed() || kids.stream().noneMatch(p::lists))
                .toList();
        return next(at, moved, intents, documents, holds);
    }

    /** Of a key that was revoked for its own sake alone more turned out to be lost. A cause that is no wider changes nothing. */
    public Keyring widening(Kid kid, Compromise.Cause cause, Instant at) {
        Compromise record = require(kid).compromise();
        return record == null || !record.isNarrowerThan(cause)
                ? this
                : change(
                        kid,
                        at,
                        k -> k.compromised(
                                new Compromise(record.reason(), cause, record.invalidFrom()),
                                k.times().require(Moment.COMPROMISED)));
    }

    /**
     * Orders a revocation for later, in the place of an earlier order for the same key.
     *
     * @throws IllegalTransitionException for a key that cannot be revoked any more
     */
    public Keyring scheduling(ScheduledRevocation revocation, Instant at) {
        Transitions.require(require(revocation.kid()), KeyState.COMPROMISED);
        return withRevocations(
                Stream.concat(otherRevocations(revocation.kid()), Stream.of(revocation))
                        .toList(),
                at);
    }

    /** Takes such an order back. */
    public Keyring unscheduling(Kid kid, Instant at) {
        return withRevocations(otherRevocations(kid).toList(), at);
    }

    private Stream<ScheduledRevocation> otherRevocations(Kid kid) {
        return revocations.stream().filter(r -> !r.kid().equals(kid));
    }

    private Keyring withRevocations(List<ScheduledRevocation> next, Instant at) {
        return new Keyring(scope, generation.next(), at, keys, intents, publications, holds, next);
    }

    public Keyring destroying(Kid kid, Instant at) {
        return change(kid, at, key -> key.with(PrivateHalf.DESTROYING, key.times()));
    }

    /** The token was asked and has it no more. A key that was in no document is thereby DESTROYED. */
    public Keyring privateDestroyed(Kid kid, Instant at) {
        return change(kid, at, key -> {
            SigningKey without = key.with(PrivateHalf.DESTROYED, key.times().with(Moment.PRIVATE_DESTROYED, at));
            return givenUpIfUnpublished(without, at);
        });
    }

    /** The token has it no more, and nobody here destroyed it. */
    public Keyring privateLost(Kid kid, Instant at) {
        return change(kid, at, key -> givenUpIfUnpublished(key.with(PrivateHalf.LOST, key.times()), at));
    }

    /** What was missed is there again. */
    public Keyring privateFound(Kid kid, Instant at) {
        return change(kid, at, key -> key.with(PrivateHalf.PRESENT, key.times()));
    }

    private static SigningKey givenUpIfUnpublished(SigningKey key, Instant at) {
        return key.state() == KeyState.GENERATED
                ? key.in(KeyState.DESTROYED, key.times().with(Moment.DESTROYED, at))
                : key;
    }

    public Keyring holding(Hold hold, Instant at) {
        require(hold.kid());
        List<Hold> next = new ArrayList<>(
                holds.stream().filter(h -> !h.kid().equals(hold.kid())).toList());
        next.add(hold);
        return next(at, keys, intents, publications, next);
    }

    public Keyring releasing(Kid kid, Instant at) {
        return next(
                at,
                keys,
                intents,
                publications,
                holds.stream().filter(h -> !h.kid().equals(kid)).toList());
    }

    private Keyring change(Kid kid, Instant at, UnaryOperator<SigningKey> change) {
        require(kid);
        return next(
                at,
                keys.stream()
                        .map(k -> k.kid().equals(kid) ? change.apply(k) : k)
                        .toList(),
                intents,
                publications,
                holds);
    }

    private Keyring next(
            Instant at,
            List<SigningKey> nextKeys,
            List<GenerationIntent> nextIntents,
            List<Publication> nextPublications,
            List<Hold> nextHolds) {
        List<ScheduledRevocation> possible = revocations.isEmpty() ? revocations : stillPossible(nextKeys);
        return new Keyring(scope, generation.next(), at, nextKeys, nextIntents, nextPublications, nextHolds, possible);
    }

    /** Revocations that were ordered and have neither come about nor lost their key. */
    private List<ScheduledRevocation> stillPossible(List<SigningKey> nextKeys) {
        return revocations.stream()
                .filter(r -> nextKeys.stream()
                        .anyMatch(k -> k.kid().equals(r.kid())
                                && Transitions.find(k.state(), KeyState.COMPROMISED)
                                        .isPresent()))
                .toList();
    }

    /** The keys whose state differs from an earlier generation's: what a store has to write and an audit to name. */
    public List<SigningKey> changedSince(Keyring before) {
        Map<Kid, SigningKey> old = new HashMap<>();
        before.keys().forEach(k -> old.put(k.kid(), k));
        return keys.stream().filter(k -> !k.equals(old.get(k.kid()))).toList();
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
