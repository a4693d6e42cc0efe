package dev.keymgr.token;

import dev.keymgr.jwks.JwkSet;
import dev.keymgr.key.ScopeName;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells an attack across scopes from noise, after a token was rejected and never to accept one. For many threads.
 *
 * @standard RFC 8725 s. 3.8
 */
final class ForeignScopes {
    /** Signature checks spent on one rejected token: strangers decide how many of those there are. */
    private static final int CHECKS_MAX = 16;

    private record Candidate(ScopeName scope, TrustedKey key) {}

    private final Map<ScopeName, TrustedKeySet> converted = new ConcurrentHashMap<>();

    /** The same rejection, or CROSS_SCOPE naming the scope whose key made the signature. */
    TokenRejectedException classify(CompactJws jws, TokenRejectedException rejection, Map<ScopeName, JwkSet> others) {
        converted.keySet().retainAll(others.keySet());
        int checks = 0;
        for (Candidate candidate : candidates(jws, others)) {
            if (++checks > CHECKS_MAX) {
                break;
            }
            if (candidate.key().verifies(jws)) {
                return TokenRejectedException.crossScope(candidate.scope(), rejection);
            }
        }
        return rejection;
    }

    /** Keys that the kid names; then, since a kid is easily copied from elsewhere, every key of the algorithm. */
    private Set<Candidate> candidates(CompactJws jws, Map<ScopeName, JwkSet> others) {
        Set<Candidate> candidates = new LinkedHashSet<>();
        others.forEach((scope, set) ->
                converted(scope, set).find(jws.kid()).ifPresent(key -> candidates.add(new Candidate(scope, key))));
        others.forEach((scope, set) ->
                converted(scope, set).of(jws.algorithm()).forEach(key -> candidates.add(new Candidate(scope, key))));
        return candidates;
    }

    private TrustedKeySet converted(ScopeName scope, JwkSet set) {
        TrustedKeySet known = converted.get(scope);
        if (known != null && known.isOf(set)) {
            return known;
        }
        TrustedKeySet fresh = new TrustedKeySet(set);
        converted.put(scope, fresh);
        return fresh;
    }
}
