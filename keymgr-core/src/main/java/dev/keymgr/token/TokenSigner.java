package dev.keymgr.token;

import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.SigningHandle;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Scope;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Durations;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes the tokens of one scope. It sets {@code iss}, {@code iat}, {@code kid}, {@code typ} and {@code alg} itself and
 * holds the rest against the scope; nobody gets arbitrary bytes signed. For many threads.
 *
 * <p>It follows a rollover by itself within the drain D: its sight of the keyring is renewed every quarter of it, on use,
 * and is never used at the age of D. While the store is down it goes on with what it saw until then. It signs with a key
 * that it sees as ACTIVE, or not at all.
 *
 * @standard RFC 7515 s. 5.1
 */
public final class TokenSigner {
    /** A dot and 1,024 bytes in base64url: the signature of the largest RSA key. */
    private static final int SIGNATURE_CHARACTERS_MAX = 1_367;

    private final Scope scope;
    private final SigningPolicy policy;
    private final KeyringView keyring;
    private final ClaimsToSign claims;
    private final Clock clock;

    /**
     * A signer that has touched neither store nor token yet.
     *
     * @param keyrings reads the scope's keyring from the inventory, each time anew
     * @param random for the {@code jti} of tokens that come without one
     */
    public TokenSigner(
            Scope scope,
            SigningPolicy policy,
            Supplier<Keyring> keyrings,
            Tokens tokens,
            Clock clock,
            SecureRandom random) {
        this.scope = scope;
        this.policy = policy;
        this.keyring = new KeyringView(scope, policy, keyrings, tokens, clock);
        this.claims = new ClaimsToSign(scope, random);
        this.clock = clock;
    }

    /**
     * Signs claims. Without {@code exp} the token lives five minutes, or L if that is less; without {@code aud} it is for
     * the scope's one audience.
     *
     * @return a compact JWS
     * @throws KeymgrException CLAIMS_REFUSED for {@code iat}, another {@code iss}, a foreign {@code aud}, an {@code exp}
     *     beyond L, or values that JSON has not; STALE when no key is active, the keyring was out of sight
     *     for the drain or the key is past its age; a TOKEN_ code from the token. Nothing was signed
     */
    public String sign(Map<String, ?> asked) {
        return sign(asked, null);
    }

    /** As {@link #sign(Map)}, for a token that lives so long; whole seconds, one to L. The claims have no {@code exp}. */
    public String signFor(Duration lifetime, Map<String, ?> asked) {
        return sign(asked, lifetime);
    }

    /** As {@link #sign(Map)}, with the claims as one JSON object. */
    public String sign(byte[] json) {
        try {
            return sign(Json.parseObject(json), null);
        } catch (JsonException e) {
            throw claims.refused(String.valueOf(e.getMessage()));
        }
    }

    private String sign(Map<String, ?> asked, @Nullable Duration lifetime) {
        SigningView seen = keyring.require(clock.instant());
        try {
            return sign(asked, lifetime, seen);
        } catch (HsmException e) {
            if (e.code() != ErrorCode.TOKEN_KEY_MISSING) {
                throw e;
            }
            // The private half is gone: a rollover or a revocation went by that we have not seen yet.
            SigningView newer = keyring.requireAfter(seen);
            if (kidOf(newer).equals(kidOf(seen))) {
                throw e;
            }
            return sign(asked, lifetime, newer);
        }
    }

    private String sign(Map<String, ?> asked, @Nullable Duration lifetime, SigningView seen) {
        SigningKey key = requireKey(seen, clock.instant());
        SigningHandle handle = keyring.requireHandle(seen);
        Instant now = clock.instant();
        if (!seen.isUsable(now, policy.drain())) {
            return sign(asked, lifetime, keyring.require(now)); // opening the handle took the whole drain
        }
        Duration most = shorter(policy.tokenLifetimeMax(), key.tokenLifetime());
        String input = seen.header() + '.' + Base64Url.encode(claims.complete(asked, lifetime, now, most));
        if (input.length() > JwsVerifier.CHARACTERS_MAX - SIGNATURE_CHARACTERS_MAX) {
            throw claims.refused("the token would be longer than " + JwsVerifier.CHARACTERS_MAX + " characters");
        }
        return input + '.' + Base64Url.encode(handle.sign(input.getBytes(StandardCharsets.US_ASCII)));
    }

    private SigningKey requireKey(SigningView seen, Instant now) {
        SigningKey key = seen.key();
        if (key == null) {
            throw new KeymgrException(
                    ErrorCode.STALE,
                    "scope " + scope.name() + " has no active key for any of " + policy.algorithms()
                            + "; nothing was signed; do what is due: keymgr apply " + scope.name()
                            + "; where nothing is, it waits for a standby: keymgr status " + scope.name());
        }
        if (!now.isBefore(key.times().generatedAt().plus(policy.keyAgeMax()))) {
            throw new KeymgrException(
                    ErrorCode.STALE,
                    "key " + key.kid().prefix() + " of scope " + scope.name() + " is past its greatest age of "
                            + Durations.format(policy.keyAgeMax())
                            + "; nothing was signed; do what is due: keymgr apply " + scope.name());
        }
        return key;
    }

    private static String kidOf(SigningView seen) {
        SigningKey key = seen.key();
        return key == null ? "" : key.kid().value();
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
