package dev.keymgr.token;

import dev.keymgr.jwks.Jwk;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Scope;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Accepts or rejects tokens of one scope. For many threads. An application that serves two scopes has two of these, and
 * each result says which one accepted.
 *
 * <p>Order of judgement: form, header, {@code alg}, {@code typ}, revocation, key by kid in this issuer's set, the key's own
 * algorithm, the key's {@code exp}, signature, claims, {@code iss}, {@code trust_scope}, the issuer that the key was
 * published for, the key's {@code nbf}, {@code exp}, {@code nbf} and
 * {@code iat}, {@code aud}. The first failure is the verdict. No claim is looked at before the signature holds.
 *
 * @standard RFC 8725 s. 3
 */
public final class TokenVerifier {
    private final Scope scope;
    private final VerificationPolicy policy;
    private final TrustedKeys trusted;
    private final Clock clock;
    private final @Nullable DecisionRecorder recorder;
    private final ForeignScopes foreign = new ForeignScopes();
    private volatile TrustedKeySet own = new TrustedKeySet(JwkSet.empty());

    /**
     * A verifier that keeps no record.
     *
     * @throws IllegalArgumentException when the policy names an audience that is not the scope's
     */
    public TokenVerifier(Scope scope, VerificationPolicy policy, TrustedKeys trusted, Clock clock) {
        this(scope, policy, trusted, clock, (DecisionRecorder) null);
    }

    /**
     * A verifier that tells what it decides.
     *
     * @param name the verifier's, in the records; 1 to {@link Decision#TEXT_MAX} characters
     * @param decisions told of each token that was accepted or rejected, in the thread that asked, before it learns the
     *     outcome; what it throws, {@link #verify} throws, so that nothing is accepted without a record
     * @throws IllegalArgumentException when the policy names an audience that is not the scope's
     */
    public TokenVerifier(
            Scope scope,
            VerificationPolicy policy,
            TrustedKeys trusted,
            Clock clock,
            String name,
            Consumer<Decision> decisions) {
        this(scope, policy, trusted, clock, new DecisionRecorder(name, scope.name(), decisions));
    }

    private TokenVerifier(
            Scope scope,
            VerificationPolicy policy,
            TrustedKeys trusted,
            Clock clock,
            @Nullable DecisionRecorder recorder) {
        for (String audience : policy.audiences()) {
            if (!scope.audiences().contains(audience)) {
                throw new IllegalArgumentException("audience " + audience + " is not one of scope " + scope.name());
            }
        }
        this.scope = scope;
        this.policy = policy;
        this.trusted = trusted;
        this.clock = clock;
        this.recorder = recorder;
    }

    /**
     * Accepts a token, or says why not.
     *
     * @throws TokenRejectedException with the verdict; {@link Verdict#CROSS_SCOPE} is always worth an alarm
     * @throws dev.keymgr.key.KeymgrException STALE when what is known of the keys is too old to judge by
     */
    public VerifiedToken verify(String token) throws TokenRejectedException {
        Instant now = clock.instant();
        DecisionRecorder told = recorder;
        if (told == null) {
            return judge(token, now);
        }
        VerifiedToken accepted;
        try {
            accepted = judge(token, now);
        } catch (TokenRejectedException rejection) {
            told.rejected(token, now, rejection, trusted);
            throw rejection;
        }
        told.accepted(token, now, trusted);
        return accepted;
    }

    private VerifiedToken judge(String token, Instant now) throws TokenRejectedException {
        CompactJws jws = CompactJws.parse(token);
        TrustedKey key;
        try {
            key = requireSigner(jws, now);
        } catch (TokenRejectedException rejection) {
            throw foreign.classify(jws, rejection, trusted.others());
        }
        return requireClaims(Claims.parse(jws.payload()), key.jwk(), now);
    }

    private TrustedKey requireSigner(CompactJws jws, Instant now) throws TokenRejectedException {
        if (!policy.type().equals(jws.type().orElse(null))) {
            throw new TokenRejectedException(Verdict.WRONG_TYPE, "the header's typ is not " + policy.type());
        }
        requireUnrevoked(jws.kid());
        TrustedKeySet known = converted(trusted.own());
        Optional<Kid> missing = known.find(jws.kid()).isPresent() ? Optional.empty() : kid(jws.kid());
        if (missing.isPresent()) {
            known = converted(trusted.ownAfterUnknown(missing.get()));
            requireUnrevoked(jws.kid());
        }
        TrustedKey key = JwsVerifier.requireKey(known, jws);
        Instant end = key.jwk().expires();
        if (end != null && !now.isBefore(end)) {
            throw new TokenRejectedException(Verdict.EXPIRED_KEY, "its key was not to be trusted from " + end + " on");
        }
        JwsVerifier.requireSignature(key, jws);
        return key;
    }

    /** Asked before the set, which may have lost the key already: it is better to know why. */
    private void requireUnrevoked(String kid) throws TokenRejectedException {
        Set<Kid> revoked = trusted.revoked();
        if (!revoked.isEmpty() && kid(kid).filter(revoked::contains).isPresent()) {
            throw new TokenRejectedException(Verdict.REVOKED_KEY, "trust in its key was ended");
        }
    }

    private static Optional<Kid> kid(String text) {
        try {
            return Optional.of(new Kid(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // no kid at all, so none that is revoked or could be found
        }
    }

    private VerifiedToken requireClaims(Claims claims, Jwk key, Instant now) throws TokenRejectedException {
        if (!scope.issuer().equals(claims.text("iss").orElse(null))) {
            throw new TokenRejectedException(Verdict.WRONG_ISSUER, "iss is not " + scope.issuer());
        }
        if (!scope.name().value().equals(claims.text(ClaimsToSign.TRUST_SCOPE).orElse(null))) {
            throw new TokenRejectedException(Verdict.WRONG_SCOPE, "trust_scope is not " + scope.name());
        }
        requireBinding(key);
        Instant issuedAt = required(claims, "iat");
        Instant expiresAt = required(claims, "exp");
        requireKeyWindow(key, issuedAt);
        requireUnsuspended(key, issuedAt);
        requireTime(claims, issuedAt, expiresAt, now);
        List<String> audience = claims.audience();
        if (Collections.disjoint(audience, policy.audiences())) {
            throw new TokenRejectedException(Verdict.WRONG_AUDIENCE, "aud names none of " + policy.audiences());
        }
        return new VerifiedToken(
                scope.name(),
                scope.issuer(),
                claims.text("sub").orElse(null),
                audience,
                issuedAt,
                expiresAt,
                claims.members());
    }

    /** Whatever document it stood in: a key that was published for another issuer never speaks for this one. */
    private void requireBinding(Jwk key) throws TokenRejectedException {
        Jwk.Binding binding = key.binding();
        if (binding != null && !binding.issuer().equals(scope.issuer())) {
            throw new TokenRejectedException(
                    Verdict.CROSS_SCOPE, "its key was published for issuer " + binding.issuer());
        }
    }

    private void requireUnsuspended(Jwk key, Instant issuedAt) throws TokenRejectedException {
        Instant since = trusted.suspended().get(key.kid());
        if (since != null && !issuedAt.isBefore(since)) {
            throw new TokenRejectedException(Verdict.REVOKED_KEY, "made after its key was suspended at " + since);
        }
    }

    /** A token made at exactly {@code nbf - skew} is accepted. */
    private void requireKeyWindow(Jwk key, Instant issuedAt) throws TokenRejectedException {
        Instant begin = key.notBefore();
        if (begin != null && issuedAt.isBefore(begin.minus(policy.clockSkew()))) {
            throw new TokenRejectedException(
                    Verdict.EXPIRED_KEY, "made at " + issuedAt + ", before its key began to sign at " + begin);
        }
    }

    /**
     * At {@code exp + leeway} a token is expired. At {@code nbf} or {@code iat} less leeway and skew it is valid. A
     * lifetime of exactly the maximum is allowed.
     */
    private void requireTime(Claims claims, Instant issuedAt, Instant expiresAt, Instant now)
            throws TokenRejectedException {
        if (!now.isBefore(expiresAt.plus(policy.leeway()))) {
            throw outside("expired at " + expiresAt);
        }
        Instant latestBegin = now.plus(policy.leeway()).plus(policy.clockSkew());
        Optional<Instant> notBefore = claims.instant("nbf");
        if (notBefore.isPresent() && notBefore.get().isAfter(latestBegin)) {
            throw outside("not valid before " + notBefore.get());
        }
        if (issuedAt.isAfter(latestBegin)) {
            throw outside("made in the future, at " + issuedAt);
        }
        Duration lifetime = Duration.between(issuedAt, expiresAt);
        if (lifetime.isNegative() || lifetime.compareTo(policy.tokenLifetimeMax()) > 0) {
            throw outside("made to live " + lifetime + ", at most " + policy.tokenLifetimeMax() + " is allowed");
        }
    }

    private static Instant required(Claims claims, String name) throws TokenRejectedException {
        return claims.instant(name).orElseThrow(() -> outside("it has no " + name));
    }

    private static TokenRejectedException outside(String reason) {
        return new TokenRejectedException(Verdict.OUTSIDE_TIME, reason);
    }

    /** Converted anew only when the set has changed; two threads may both do it, to the same end. */
    private TrustedKeySet converted(JwkSet current) {
        TrustedKeySet known = own;
        if (known.isOf(current)) {
            return known;
        }
        TrustedKeySet fresh = new TrustedKeySet(current);
        own = fresh;
        return fresh;
    }
}
