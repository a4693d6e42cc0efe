package dev.keymgr.detection;

import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.Scope;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.Timing;
import dev.keymgr.token.Decision;
import dev.keymgr.token.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Holds a decision against the keys of all scopes. Immutable; for many threads. */
public final class Detector {
    /** A scope as it is known here. */
    public record Known(Scope scope, RolloverPolicy policy, Keyring keyring) {}

    private record Owned(SigningKey key, Known by) {}

    private final Map<Kid, Owned> keys = new HashMap<>();

    public Detector(Collection<Known> scopes) {
        for (Known scope : scopes) {
            scope.keyring().keys().forEach(key -> keys.put(key.kid(), new Owned(key, scope)));
        }
    }

    /** What it shows, if anything. A kid that was never ours shows nothing: anybody can write one. */
    public Optional<Detection> judge(Decision decision) {
        return find(decision)
                .flatMap(owned -> misuse(owned, decision)
                        .map(misuse -> new Detection(
                                misuse,
                                owned.by().scope().name(),
                                owned.key().kid(),
                                decision.scope(),
                                decision.verifier(),
                                isProved(decision.verdict()),
                                decision.time(),
                                decision.inputDigest())));
    }

    /** The revoked key that a verifier refused because it is revoked, if it did: it trusts the key no more. */
    public Optional<Kid> confirmed(Decision decision) {
        return decision.verdict() != Verdict.REVOKED_KEY
                ? Optional.empty()
                : find(decision)
                        .filter(owned -> owned.key().state() == KeyState.COMPROMISED && isAtHome(owned, decision))
                        // One from before tells of a suspension, which may be resumed.
                        .filter(owned ->
                                !decision.time().isBefore(owned.key().times().require(Moment.COMPROMISED)))
                        .map(owned -> owned.key().kid());
    }

    private Optional<Owned> find(Decision decision) {
        return kid(decision.kid()).map(keys::get);
    }

    private static Optional<Kid> kid(@Nullable String text) {
        try {
            return Optional.ofNullable(text).map(Kid::new);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static boolean isAtHome(Owned owned, Decision decision) {
        return owned.by().scope().name().equals(decision.scope());
    }

    /** Whether the verdict is one that a verifier comes to with the signature checked. */
    private static boolean isProved(Verdict verdict) {
        return switch (verdict) {
            case ACCEPTED, CROSS_SCOPE, WRONG_ISSUER, WRONG_SCOPE, WRONG_AUDIENCE, OUTSIDE_TIME -> true;
            case REVOKED_KEY, EXPIRED_KEY, UNKNOWN_KEY, BAD_SIGNATURE, MALFORMED, WRONG_TYPE -> false;
        };
    }

    private static Optional<Misuse> misuse(Owned owned, Decision decision) {
        if (!isAtHome(owned, decision)) {
            return Optional.of(Misuse.CROSS_SCOPE);
        }
        if (!isProved(decision.verdict())) {
            return Optional.empty();
        }
        if (isStillTrusted(owned, decision)) {
            return Optional.of(Misuse.STILL_TRUSTED);
        }
        if (isOutOfTime(owned, decision)) {
            return Optional.of(Misuse.OUT_OF_TIME);
        }
        boolean foreign = !decision.audience().isEmpty()
                && Collections.disjoint(decision.audience(), owned.by().scope().audiences());
        return foreign ? Optional.of(Misuse.FOREIGN_AUDIENCE) : Optional.empty();
    }

    private static boolean isStillTrusted(Owned owned, Decision decision) {
        return owned.key().state() == KeyState.COMPROMISED
                && decision.verdict() == Verdict.ACCEPTED
                && decision.time().isAfter(owned.key().times().require(Moment.COMPROMISED));
    }

    /** A retired key's tokens are good for a while; one that is accepted afterwards was made afterwards. */
    private static boolean isOutOfTime(Owned owned, Decision decision) {
        SigningKey key = owned.key();
        Duration skew = owned.by().policy().lifetime().skew();
        Instant earliest = decision.time().plus(skew);
        boolean early = key.times()
                .find(Moment.ACTIVATED)
                .filter(at -> !at.isAfter(earliest))
                .isEmpty();
        boolean late = key.times().find(Moment.RETIRED).isPresent()
                && decision.verdict() == Verdict.ACCEPTED
                && decision.time()
                        .isAfter(new Timing(owned.by().policy())
                                .deadAt(key)
                                .result()
                                .plus(skew));
        return early || late;
    }
}
