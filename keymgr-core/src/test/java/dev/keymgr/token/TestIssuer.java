package dev.keymgr.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keymgr.json.Json;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.jwks.TestKeyrings;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A signer over a keyring, a token, a store and a clock that a test moves, breaks and mends. */
final class TestIssuer {
    static final Instant NOW = Instant.parse("2026-11-21T10:00:00.900Z");
    static final Duration DRAIN = Duration.ofSeconds(40);
    static final ScopeName NAME = new ScopeName("consumer");
    static final Scope SCOPE = new Scope(NAME, "https://consumer.example", List.of("mail"));
    static final TestKey FIRST = TestKey.generate(SigningAlgorithm.ES256);
    static final TestKey SECOND = TestKey.generate(SigningAlgorithm.ES256);
    static final SigningPolicy POLICY = new SigningPolicy(
            List.of(SigningAlgorithm.ES256, SigningAlgorithm.RS256),
            "at+jwt",
            DRAIN,
            Duration.ofMinutes(30),
            Duration.ofDays(100));

    private final MovableClock clock = new MovableClock(NOW);
    private final MemoryHsm hsm = new MemoryHsm();
    private final AtomicInteger reads = new AtomicInteger();
    private volatile Keyring keyring = TestKeyrings.active(NAME, FIRST, NOW);
    private volatile @Nullable KeymgrException storeError;
    private final TokenSigner signer = signer(SCOPE, POLICY);

    TestIssuer() {
        hold(FIRST);
    }

    /** Another signer over the same. */
    TokenSigner signer(Scope scope, SigningPolicy policy) {
        try {
            return new TokenSigner(scope, policy, this::read, hsm, clock, SecureRandom.getInstance("SHA1PRNG"));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private Keyring read() {
        reads.incrementAndGet();
        KeymgrException error = storeError;
        if (error != null) {
            throw error;
        }
        return keyring;
    }

    TokenSigner signer() {
        return signer;
    }

    MovableClock clock() {
        return clock;
    }

    MemoryHsm hsm() {
        return hsm;
    }

    Keyring keyring() {
        return keyring;
    }

    /** How often the store was asked. */
    int reads() {
        return reads.get();
    }

    void have(Keyring next) {
        keyring = next;
    }

    /** Puts a key of the keyring into the token. */
    void hold(TestKey key) {
        hsm.put(keyring.require(key.kid()), key);
    }

    void roll() {
        keyring = TestKeyrings.rolled(keyring, SECOND, clock.instant());
        hold(SECOND);
    }

    void loseStore() {
        storeError = new KeymgrException(ErrorCode.STORE_UNAVAILABLE, "the store is away");
    }

    void findStore() {
        storeError = null;
    }

    String signedKid() {
        return kidOf(signer.sign(Map.of()));
    }

    void assertRefused(ErrorCode code, Map<String, ?> claims) {
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> signer.sign(claims))
                .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    }

    static Map<String, Object> part(String token, int index) {
        return Json.parseObject(Base64Url.decode(token.split("\\.", -1)[index]));
    }

    static String kidOf(String token) {
        return String.valueOf(part(token, 0).get("kid"));
    }
}
