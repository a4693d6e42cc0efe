package dev.keymgr.token;

import dev.keymgr.key.ScopeName;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A token that was accepted in one scope. Only {@link TokenVerifier} makes one, so having one is the proof. It names its
 * scope, for an application that serves several, and hides kid and algorithm: they are nothing to decide by. Immutable.
 */
public final class VerifiedToken {
    private final ScopeName scope;
    private final String issuer;
    private final @Nullable String subject;
    private final List<String> audience;
    private final Instant issuedAt;
    private final Instant expiresAt;
    private final Map<String, Object> claims;

    VerifiedToken(
            ScopeName scope,
            String issuer,
            @Nullable String subject,
            List<String> audience,
            Instant issuedAt,
            Instant expiresAt,
            Map<String, Object> claims) {
        this.scope = scope;
        this.issuer = issuer;
        this.subject = subject;
        this.audience = audience;
        this.issuedAt = issuedAt;
        this.expiresAt = expiresAt;
        this.claims = claims;
    }

    public ScopeName scope() {
        return scope;
    }

    public String issuer() {
        return issuer;
    }

    public Optional<String> subject() {
        return Optional.ofNullable(subject);
    }

    /** Everyone it is meant for: at least one of the verifier's audiences, perhaps others. */
    public List<String> audience() {
        return audience;
    }

    public Instant issuedAt() {
        return issuedAt;
    }

    /** Its {@code exp}, without leeway. */
    public Instant expiresAt() {
        return expiresAt;
    }

    /** All claims, the registered ones too; immutable to the depth. Values are those of {@link dev.keymgr.json.Json}. */
    public Map<String, Object> claims() {
        return claims;
    }

    /** Without any claim: this ends up in logs. */
    @Override
    public String toString() {
        return "VerifiedToken[" + scope + ", until " + expiresAt + "]";
    }
}
