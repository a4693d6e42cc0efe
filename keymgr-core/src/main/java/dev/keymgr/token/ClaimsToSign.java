package dev.keymgr.token;

import dev.keymgr.json.Json;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Scope;
import dev.keymgr.rollover.Durations;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a caller may have signed, and what the signer adds. Callers choose content, never who speaks, to whom beyond the
 * scope's audiences, or for how long beyond the scope's limit.
 *
 * @standard RFC 7519 s. 4.1
 */
final class ClaimsToSign {
    /** The life of a token whose caller did not ask for another, unless the limit is shorter. */
    static final Duration LIFETIME_DEFAULT = Duration.ofMinutes(5);

    /** Names the scope in every token: what {@code iss} says, in a form that no other issuer's token has by accident. */
    static final String TRUST_SCOPE = "trust_scope";

    /** Bytes of a {@code jti}: two random ones meet once in 2^64 tokens. */
    private static final int ID_BYTES = 16;

    private final Scope scope;
    private final SecureRandom random;

    ClaimsToSign(Scope scope, SecureRandom random) {
        this.scope = scope;
        this.random = random;
    }

    /**
     * The bytes to sign.
     *
     * @param lifetime asked for by the caller; null for the default
     * @param lifetimeMax L, inclusive
     * @throws KeymgrException CLAIMS_REFUSED naming the claim
     */
    byte[] complete(Map<String, ?> asked, @Nullable Duration lifetime, Instant now, Duration lifetimeMax) {
        long issuedAt = now.getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", scope.issuer());
        claims.put(TRUST_SCOPE, scope.name().value());
        asked.forEach(claims::put);
        if (!scope.issuer().equals(claims.get("iss"))) {
            throw refused("iss is set by the signer, to " + scope.issuer());
        }
        if (!scope.name().value().equals(claims.get(TRUST_SCOPE))) {
            throw refused(TRUST_SCOPE + " is set by the signer, to " + scope.name());
        }
        if (asked.containsKey("iat")) {
            throw refused("iat is set by the signer");
        }
        requireText(claims, "sub");
        requireText(claims, "jti");
        claims.put("aud", audience(claims));
        claims.put("iat", issuedAt);
        long expiresAt = expiry(asked, lifetime, issuedAt, lifetimeMax);
        claims.put("exp", expiresAt);
        if (asked.containsKey("nbf") && seconds(asked, "nbf") >= expiresAt) {
            throw refused("nbf is not before exp");
        }
        claims.putIfAbsent("jti", newId());
        try {
            return Json.render(claims);
        } catch (IllegalArgumentException e) {
            throw refused("a claim is no JSON: " + e.getMessage());
        }
    }

    private Object audience(Map<String, Object> claims) {
        if (!claims.containsKey("aud")) {
            if (scope.audiences().size() == 1) {
                return scope.audiences().get(0);
            }
            throw refused("aud is missing, and the scope has several: " + scope.audiences());
        }
        Object asked = claims.get("aud");
        Collection<?> each = asked instanceof Collection<?> several
                ? several
                : List.of(Optional.ofNullable(asked).orElse(""));
        if (each.isEmpty() || !scope.audiences().containsAll(each)) {
            throw refused("aud is not among those of the scope, " + scope.audiences());
        }
        return asked instanceof Collection<?>
                ? List.copyOf(each)
                : each.iterator().next();
    }

    private long expiry(Map<String, ?> asked, @Nullable Duration lifetime, long issuedAt, Duration lifetimeMax) {
        if (!asked.containsKey("exp")) {
            Duration wanted = lifetime != null ? lifetime : shorter(LIFETIME_DEFAULT, lifetimeMax);
            if (wanted.compareTo(Duration.ofSeconds(1)) < 0 || wanted.compareTo(lifetimeMax) > 0) {
                throw refused("a lifetime of " + Durations.format(wanted) + " is not one second to "
                        + Durations.format(lifetimeMax));
            }
            return issuedAt + wanted.toSeconds();
        }
        if (lifetime != null) {
            throw refused("exp and a lifetime are two answers to one question");
        }
        long expiresAt = seconds(asked, "exp");
        if (expiresAt <= issuedAt || expiresAt > issuedAt + lifetimeMax.toSeconds()) {
            throw refused("exp is not within " + Durations.format(lifetimeMax) + " from now");
        }
        return expiresAt;
    }

    private long seconds(Map<String, ?> asked, String name) {
        Object value = asked.get(name);
        if (value instanceof Long || value instanceof Integer) {
            long seconds = ((Number) value).longValue();
            if (seconds >= 0 && seconds <= Claims.SECONDS_MAX) {
                return seconds;
            }
        }
        throw refused(name + " is not a whole number of seconds since 1970");
    }

    private void requireText(Map<String, Object> claims, String name) {
        if (claims.containsKey(name) && !(claims.get(name) instanceof String text && !text.isBlank())) {
            throw refused(name + " is not a string with something in it");
        }
    }

    private String newId() {
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        return Base64Url.encode(id);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }

    KeymgrException refused(String reason) {
        return new KeymgrException(
                ErrorCode.CLAIMS_REFUSED,
                "claims refused in scope " + scope.name() + ": " + reason + "; nothing was signed; mend the claims");
    }
}
