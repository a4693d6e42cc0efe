package dev.keymgr.testkit;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Generation;
import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeyTimes;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keys and keyrings that are the same in every run: all that is random in them comes from a number that the caller gives. */
public final class SampleKeys {
    public static final ScopeName CONSUMER = new ScopeName("consumer");
    public static final ScopeName ENTERPRISE = new ScopeName("enterprise");

    /** Odd to the nanosecond, to catch whoever rounds. */
    public static final Instant START = Instant.parse("2026-01-02T03:04:05.123456789Z");

    static final Duration CACHE_BOUND = Duration.ofMinutes(10);
    static final Duration PROPAGATION = Duration.ofSeconds(30);
    static final Duration SKEW = Duration.ofSeconds(5);

    private SampleKeys() {}

    // ---- public keys: each a point or modulus that a generator made, the same for the same number

    public static VerificationKey.Ec p256(int number) {
        ECPublicKey key = (ECPublicKey) generate("EC", "secp256r1", 0, number);
        return new VerificationKey.Ec(
                "P-256", key.getW().getAffineX(), key.getW().getAffineY());
    }

    public static VerificationKey.Ec p384(int number) {
        ECPublicKey key = (ECPublicKey) generate("EC", "secp384r1", 0, number);
        return new VerificationKey.Ec(
                "P-384", key.getW().getAffineX(), key.getW().getAffineY());
    }

    /** 2048 bits; slow. */
    public static VerificationKey.Rsa rsa(int number) {
        RSAPublicKey key = (RSAPublicKey) generate("RSA", null, 2048, number);
        return new VerificationKey.Rsa(key.getModulus(), key.getPublicExponent());
    }

    private static PublicKey generate(String type, @Nullable String curve, int bits, int number) {
        try {
            SecureRandom random = SecureRandom.getInstance("SHA1PRNG", "SUN");
            random.setSeed(number);
            KeyPairGenerator generator = KeyPairGenerator.getInstance(type);
            if (curve == null) {
                generator.initialize(bits, random);
            } else {
                generator.initialize(new ECGenParameterSpec(curve), random);
            }
            return generator.generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As P-256 by its size, not by its curve: for stores, which do not look, in numbers that a generator is too slow for. */
    public static VerificationKey.Ec offCurve(int number) {
        Random random = new Random(number);
        return new VerificationKey.Ec("P-256", new BigInteger(256, random), new BigInteger(256, random));
    }

    // ---- keys

    public static KeyLocation location(String token, int number) {
        return new KeyLocation(new TokenLabel(token), new CkaId(String.format("%032x", number)));
    }

    /** A freshly generated ES256 key, in the token named after its scope. */
    public static SigningKey generated(ScopeName scope, int number) {
        return SigningKey.generated(
                new KeyGroup(scope, SigningAlgorithm.ES256), location(scope.value(), number), p256(number), START);
    }

    /** A key of any shape that constructs: every state, any subset of moments. */
    public static SigningKey randomKey(ScopeName scope, int number, Random random) {
        SigningAlgorithm algorithm = random.nextBoolean() ? SigningAlgorithm.ES256 : SigningAlgorithm.RS256;
        VerificationKey publicKey = algorithm.isEllipticCurve()
                ? offCurve(number)
                : new VerificationKey.Rsa(
                        new BigInteger(2048, new Random(number)).setBit(2047), BigInteger.valueOf(65537));
        KeyState state = pick(random, KeyState.values());
        Map<Moment, Instant> moments = new HashMap<>(Map.of(Moment.GENERATED, instant(random)));
        for (Moment moment : Moment.values()) {
            if (random.nextBoolean()) {
                moments.put(moment, instant(random));
            }
        }
        return new SigningKey(
                Kid.of(publicKey),
                new KeyGroup(scope, algorithm),
                location(scope.value(), number),
                publicKey,
                // Two ACTIVE keys would not make a keyring.
                state == KeyState.ACTIVE ? KeyState.RETIRED : state,
                pick(random, PrivateHalf.values()),
                new KeyTimes(moments),
                random.nextBoolean() ? duration(random) : null,
                duration(random),
                state == KeyState.COMPROMISED
                        ? new Compromise(
                                "found in a \"crash dump\"\n'; DROP TABLE signing_key; --",
                                pick(random, Compromise.Cause.values()),
                                instant(random))
                        : null,
                random.nextBoolean()
                        ? KeyCertificate.of("https://" + scope + ".example", new byte[] {48, (byte) number})
                        : null);
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private static Instant instant(Random random) {
        return Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000));
    }

    private static Duration duration(Random random) {
        return Duration.ofSeconds(random.nextInt(100_000_000), random.nextInt(1_000_000_000));
    }

    // ---- keyrings

    /** One ACTIVE key, the rest RETIRED, all in the last of two documents. */
    public static Keyring bulk(ScopeName scope, int keys) {
        List<SigningKey> all = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            VerificationKey publicKey = offCurve(scope.hashCode() + i);
            Map<Moment, Instant> moments = new HashMap<>();
            for (Moment moment : List.of(
                    Moment.GENERATED,
                    Moment.PUBLISHED,
                    Moment.OBSERVED,
                    Moment.ACTIVATED,
                    Moment.RETIRED,
                    Moment.PRIVATE_DESTROYED)) {
                moments.put(moment, START.plusSeconds(i).plusNanos(moments.size()));
            }
            all.add(new SigningKey(
                    Kid.of(publicKey),
                    new KeyGroup(scope, SigningAlgorithm.ES256),
                    location(scope.value(), i),
                    publicKey,
                    i == keys - 1 ? KeyState.ACTIVE : KeyState.RETIRED,
                    i == keys - 1 ? PrivateHalf.PRESENT : PrivateHalf.DESTROYED,
                    new KeyTimes(moments),
                    CACHE_BOUND,
                    Duration.ofHours(1),
                    null,
                    null));
        }
        Map<Kid, Publication.Listing> listings = new HashMap<>();
        all.forEach(key -> listings.put(key.kid(), listing(key)));
        Keyring ring = new Keyring(scope, new Generation(1), START, all, List.of(), List.of(), List.of(), List.of());
        return ring.intending(listings, Duration.ofMinutes(5), CACHE_BOUND, START)
                .served(START.plusSeconds(1), CACHE_BOUND, PROPAGATION, SKEW)
                .intending(listings, Duration.ofMinutes(5), CACHE_BOUND, START.plusSeconds(2));
    }

    public static Publication.Listing listing(SigningKey key) {
        return new Publication.Listing(
                key.times().generatedAt(),
                key.times().find(Moment.ACTIVATED).orElse(null),
                key.times().generatedAt().plus(Duration.ofDays(30)),
                key.certificate() != null);
    }

    /** A keyring of random keys, intents, documents and holds, at a generation. */
    public static Keyring randomKeyring(ScopeName scope, int keys, Random random) {
        List<SigningKey> all = new ArrayList<>();
        int first = random.nextInt(1 << 20);
        for (int i = 0; i < keys; i++) {
            all.add(randomKey(scope, first + i, random));
        }
        List<GenerationIntent> intents = new ArrayList<>();
        List<Hold> holds = new ArrayList<>();
        Map<Kid, Publication.Listing> listings = new HashMap<>();
        for (SigningKey key : all) {
            if (random.nextBoolean()) {
                intents.add(
                        new GenerationIntent(key.group(), location("other", intents.size() + first), instant(random)));
            }
            if (random.nextBoolean()) {
                holds.add(new Hold(key.kid(), "añn", "case \uD834\uDD1E 12", instant(random)));
            }
            if (random.nextBoolean()) {
                listings.put(key.kid(), listing(key));
            }
        }
        List<Publication> documents = new ArrayList<>();
        for (int number = 1; number <= random.nextInt(4); number++) {
            documents.add(new Publication(
                    new Generation(number),
                    new TreeMap<>(number == 2 ? Map.of() : listings),
                    duration(random),
                    duration(random),
                    instant(random),
                    random.nextBoolean() ? instant(random) : null));
        }
        return new Keyring(
                scope,
                new Generation(1 + random.nextInt(100)),
                instant(random),
                all,
                intents,
                documents,
                holds,
                revocations(all, random));
    }

    /** Of some of those keys that are not revoked. */
    private static List<ScheduledRevocation> revocations(List<SigningKey> keys, Random random) {
        List<ScheduledRevocation> revocations = new ArrayList<>();
        for (SigningKey key : keys) {
            if (key.state() != KeyState.COMPROMISED && random.nextBoolean()) {
                Instant at = instant(random);
                Compromise record = new Compromise(
                        "sold\ton 'the 3rd'", pick(random, Compromise.Cause.values()), at.minus(duration(random)));
                revocations.add(new ScheduledRevocation(key.kid(), at, record));
            }
        }
        return revocations;
    }

    /** A key with one thing changed that no legal way changes. */
    public static SigningKey inState(SigningKey key, KeyState state, Optional<Compromise> compromise) {
        return new SigningKey(
                key.kid(),
                key.group(),
                key.location(),
                key.publicKey(),
                state,
                key.privateHalf(),
                key.times(),
                key.cacheBound(),
                key.tokenLifetime(),
                compromise.orElse(null),
                key.certificate());
    }

    /** The next generation of a keyring, with other keys. */
    public static Keyring withKeys(Keyring before, List<SigningKey> keys) {
        return new Keyring(
                before.scope(),
                before.generation().next(),
                before.changedAt(),
                keys,
                before.intents(),
                before.publications(),
                before.holds(),
                before.revocations());
    }
}
