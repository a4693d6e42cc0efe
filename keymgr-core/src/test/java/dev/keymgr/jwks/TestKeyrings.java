package dev.keymgr.jwks;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Keyrings by the same changes that the product makes, with keys from memory. */
public final class TestKeyrings {
    public static final Duration MAX_AGE = Duration.ofMinutes(5);
    public static final Duration TOKEN_LIFETIME = Duration.ofHours(1);
    public static final Duration TRUST = Duration.ofDays(90);

    private TestKeyrings() {}

    public static Keyring generated(Keyring keyring, TestKey key, Instant at) {
        KeyLocation location = new KeyLocation(
                new TokenLabel(keyring.scope() + "-a"),
                new CkaId(String.format("%032x", keyring.generation().value() + 1)));
        return keyring.generated(
                SigningKey.generated(new KeyGroup(keyring.scope(), key.algorithm()), location, key.publicKey(), at),
                at);
    }

    /** Intends a document of these keys, {@code nbf} for those that have signed. */
    public static Keyring intending(Keyring keyring, Instant at, Kid... kids) {
        Map<Kid, Publication.Listing> listings = new HashMap<>();
        Arrays.stream(kids)
                .map(keyring::require)
                .forEach(key -> listings.put(
                        key.kid(),
                        new Publication.Listing(
                                key.times().generatedAt(),
                                key.times().find(Moment.ACTIVATED).orElse(null),
                                key.times().generatedAt().plus(TRUST))));
        return keyring.intending(listings, MAX_AGE, MAX_AGE, at);
    }

    public static Keyring served(Keyring keyring, Instant at) {
        return keyring.served(at, MAX_AGE, Duration.ofSeconds(30), Duration.ofSeconds(1));
    }

    /** One key of the scope, published and signing. */
    public static Keyring active(ScopeName scope, TestKey key, Instant at) {
        Keyring generated = generated(Keyring.empty(scope), key, at);
        Keyring served = served(intending(generated, at, key.kid()), at);
        return served.activated(key.kid(), TOKEN_LIFETIME, at);
    }

    /** The next key of the scope, published beside the others and signing in place of the one before. */
    public static Keyring rolled(Keyring keyring, TestKey next, Instant at) {
        Keyring generated = generated(keyring, next, at);
        Kid[] kids = generated.keys().stream()
                .filter(key -> !key.state().isFinal())
                .map(SigningKey::kid)
                .toArray(Kid[]::new);
        return served(intending(generated, at, kids), at).activated(next.kid(), TOKEN_LIFETIME, at);
    }
}
