package dev.keymgr.rollover;

import dev.keymgr.key.Keyring;
import dev.keymgr.key.Moment;
import dev.keymgr.key.Publication;
import dev.keymgr.key.SigningKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The arithmetic of roll-over under one policy. Every instant the product acts on comes from here.
 *
 * @standard RFC 7583 s. 3.2.1
 */
public record Timing(RolloverPolicy policy) {

    /**
     * From when every verifier knows the key: the earliest at which it may sign. A key of a scope's first document is ready
     * at once, for no cache can hold an older one.
     *
     * @return empty while the key is in no document
     */
    public Optional<Derivation> readyAt(SigningKey key) {
        Optional<Instant> publishedAt = key.times().find(Moment.PUBLISHED);
        Duration recorded = key.cacheBound();
        if (publishedAt.isEmpty() || recorded == null) {
            return Optional.empty();
        }
        Derivation served = Derivation.of("readyAt", "published", publishedAt.get());
        if (recorded.isZero()) {
            return Optional.of(served);
        }
        served = served.plus("P", "propagation", policy.propagation());
        Optional<Instant> observedAt = key.times().find(Moment.OBSERVED);
        if (observedAt.isPresent() && observedAt.get().isAfter(served.result())) {
            served = Derivation.of("readyAt", "seen everywhere", observedAt.get());
        }
        return Optional.of(served.plus("C*", "longest a verifier keeps the older document", longer(recorded))
                .plus("σ", "clock skew", policy.lifetime().skew()));
    }

    /**
     * Whether it began to sign before every verifier could know it. Only {@code revoke --hard} brings that about: a standstill
     * was the other choice.
     */
    public boolean beganEarly(SigningKey key) {
        Optional<Instant> publishedAt = key.times().find(Moment.PUBLISHED);
        Optional<Instant> activatedAt = key.times().find(Moment.ACTIVATED);
        Duration recorded = key.cacheBound();
        // By the bound recorded then: no later edit of the declared ones makes an activation look early.
        return publishedAt.isPresent()
                && activatedAt.isPresent()
                && recorded != null
                && !recorded.isZero()
                && activatedAt
                        .get()
                        .isBefore(publishedAt.get().plus(policy.propagation()).plus(recorded));
    }

    private Duration longer(Duration recorded) {
        Duration declared = policy.cache().bound();
        return recorded.compareTo(declared) >= 0 ? recorded : declared;
    }

    /**
     * C* for a key that enters the document now: the longest that any document without it may stay in a cache. Zero when
     * nothing was ever served.
     */
    public Duration cacheBoundNow(Keyring keyring) {
        return keyring.publications().stream()
                .filter(Publication::isServed)
                .map(Publication::cacheBound)
                .reduce((a, b) -> a.compareTo(b) >= 0 ? a : b)
                .map(this::longer)
                .orElse(Duration.ZERO);
    }

    /** When its time to sign is over. */
    public Derivation rotationDue(SigningKey active) {
        return Derivation.of("rotationDue", "activated", active.times().require(Moment.ACTIVATED))
                .plus("R", "rotation", policy.rotation());
    }

    /** When its age ends its time to sign, whatever the rotation says. */
    public Derivation ageLimit(SigningKey key) {
        return Derivation.of("ageLimit", "generated", key.times().generatedAt())
                .plus("A_max", "age limit for signing", policy.ages().max());
    }

    /** When no verifier may trust it any more, whatever a document says. */
    public Derivation trustLimit(SigningKey key) {
        return Derivation.of("trustLimit", "generated", key.times().generatedAt())
                .plus("A_end", "age limit for trust", policy.ages().trust());
    }

    /** The latest at which a successor must be published for the rotation to be in time. */
    public Derivation latestPublication(SigningKey active) {
        return publishedBefore(rotationDue(active).named("latestPublication"));
    }

    /** The latest that a change freeze may put off the end of a key's signing: late ticks still find it within its age limit. */
    public Derivation latestRotation(SigningKey active) {
        return inSpiteOfMissedTicks(ageLimit(active).named("latestRotation"));
    }

    /**
     * The latest that a change freeze may put off what follows a key that is to sign, or signs: a successor made now is still
     * known to every verifier when the key comes to its age limit.
     */
    public Derivation latestSuccession(SigningKey key) {
        return publishedBefore(latestRotation(key).named("latestSuccession"));
    }

    /** The latest that a key which is to sign from an instant on may be published. */
    private Derivation publishedBefore(Derivation use) {
        return inSpiteOfMissedTicks(use.plus(
                "-I_pub",
                "publication ahead of use",
                policy.publicationInterval().negated()));
    }

    private Derivation inSpiteOfMissedTicks(Derivation end) {
        return end.plus(
                "-(m+1)τ", "ticks that may be missed", policy.tick().allowance().negated());
    }

    /** The latest that a change freeze may put off a removal: the last cache still forgets the key within its trust limit. */
    public Derivation latestRemoval(SigningKey key) {
        return inSpiteOfMissedTicks(trustLimit(key)
                .named("latestRemoval")
                .plus("-P", "propagation", policy.propagation().negated())
                .plus(
                        "-C*",
                        "longest a verifier keeps the document",
                        policy.cache().bound().negated()));
    }

    /** When the last signer has let go of a retired key, so that its private half may be destroyed. */
    public Derivation drainedAt(SigningKey retired) {
        return Derivation.of("drainedAt", "retired", retired.times().require(Moment.RETIRED))
                .plus("D", "drain", policy.drain());
    }

    /** When no unexpired token of a retired key can be left: the earliest at which it may leave the document. */
    public Derivation deadAt(SigningKey retired) {
        return Derivation.of("deadAt", "retired", retired.times().require(Moment.RETIRED))
                .plus("D", "drain", policy.drain())
                .plus("L", "longest token life while it was active", retired.tokenLifetime())
                .plus("λ", "verifier leeway", policy.lifetime().leeway())
                .plus("σ", "clock skew", policy.lifetime().skew());
    }

    /** When the last cache has forgotten a key that left the document. */
    public Derivation trustEnds(SigningKey removed) {
        return Derivation.of("trustEnds", "removed", removed.times().require(Moment.REMOVED))
                .plus("P", "propagation", policy.propagation())
                .plus(
                        "C*",
                        "longest a verifier keeps the older document",
                        policy.cache().bound());
    }

    /** When a suspended key counts as compromised. */
    public Derivation suspensionEnds(SigningKey suspended) {
        return Derivation.of("suspensionEnds", "suspended", suspended.times().require(Moment.SUSPENDED))
                .plus("S_max", "longest suspension", policy.suspension());
    }

    /**
     * The earliest planned removal after an earlier one, for two documents that shrink must not overtake each other in
     * caches. Empty when nothing was removed yet.
     */
    public Optional<Derivation> nextShrinkAt(Keyring keyring) {
        return keyring.keys().stream()
                .flatMap(k -> k.times().find(Moment.REMOVED).stream())
                .max(Instant::compareTo)
                .map(last -> Derivation.of("nextShrink", "last removal", last)
                        .plus("P", "propagation", policy.propagation())
                        .plus(
                                "C*",
                                "longest a verifier keeps the older document",
                                policy.cache().bound()));
    }
}
