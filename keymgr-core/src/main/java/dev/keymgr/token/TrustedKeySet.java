package dev.keymgr.token;

import dev.keymgr.jwks.Jwk;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.key.SigningAlgorithm;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** One issuer's key set, each key converted once. Immutable. */
final class TrustedKeySet {
    private final JwkSet source;
    private final Map<String, TrustedKey> byKid = new LinkedHashMap<>();

    TrustedKeySet(JwkSet source) {
        this.source = source;
        for (Jwk jwk : source.keys()) {
            byKid.put(jwk.kid().value(), new TrustedKey(jwk));
        }
    }

    boolean isOf(JwkSet set) {
        return source.equals(set);
    }

    /** By the very string of the header: a kid is text from a stranger until it is found here. */
    Optional<TrustedKey> find(String kid) {
        return Optional.ofNullable(byKid.get(kid));
    }

    Stream<TrustedKey> of(SigningAlgorithm algorithm) {
        return byKid.values().stream().filter(key -> key.jwk().algorithm() == algorithm);
    }
}
