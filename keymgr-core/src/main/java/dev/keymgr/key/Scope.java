package dev.keymgr.key;

import java.util.List;

/**
 * A trust domain: exactly one issuer and the audiences it may speak to. Its policy, token(s) and JWKS are its own; no two
 * scopes share one.
 *
 * @param name what operators call it
 * @param issuer the {@code iss} of every token it signs, an absolute https URL (http only for a loopback host)
 * @param audiences the {@code aud} values its signer will set and its verifier will accept; never empty
 */
public record Scope(ScopeName name, String issuer, List<String> audiences) {
    public Scope {
        audiences = List.copyOf(audiences);
        if (issuer.isBlank()) {
            throw new IllegalArgumentException("scope " + name + " has no issuer");
        }
        if (audiences.isEmpty() || audiences.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("scope " + name + " needs at least one audience, none of them blank");
        }
    }
}
