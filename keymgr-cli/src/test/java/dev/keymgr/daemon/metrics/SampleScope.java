package dev.keymgr.daemon.metrics;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication.Listing;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.key.VerificationKey;
import dev.keymgr.rollover.PlannedStep;
import dev.keymgr.rollover.RolloverPlanner;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.RolloverPolicy.Ages;
import dev.keymgr.rollover.RolloverPolicy.Caching;
import dev.keymgr.rollover.RolloverPolicy.Lifetime;
import dev.keymgr.rollover.RolloverPolicy.Tenancy;
import dev.keymgr.rollover.RolloverPolicy.Tick;
import dev.keymgr.rollover.Step;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A scope with keys that nobody could sign with: numbers need no more. */
final class SampleScope {
    static final ScopeName CONSUMER = new ScopeName("consumer");
    static final Instant START = Instant.parse("2026-01-01T12:00:00Z");

    private static final Duration CACHE = Duration.ofMinutes(60);
    private static final Duration PROPAGATION = Duration.ofMinutes(5);
    private static final Duration SKEW = Duration.ofMinutes(1);
    private static final TokenLabel TOKEN = new TokenLabel("consumer-a");

    /** Ten days; a key is ready 66 min after its publication; a step is late after 15 min. */
    static final RolloverPolicy POLICY = policy(SigningAlgorithm.ES256);

    private SampleScope() {}

    static RolloverPolicy policy(SigningAlgorithm... algorithms) {
        return new RolloverPolicy(
                List.of(TOKEN),
                List.of(algorithms),
                Duration.ofDays(10),
                new Caching(Duration.ofMinutes(5), new TreeMap<>(Map.of("declared", CACHE)), Duration.ZERO),
                PROPAGATION,
                new Lifetime(Duration.ofMinutes(60), Duration.ZERO, SKEW),
                Duration.ofMinutes(2),
                new Tick(Duration.ofMinutes(5), 2),
                new Ages(Duration.ofDays(20), Duration.ofDays(30), Duration.ZERO, Duration.ofDays(40)),
                Duration.ofHours(1),
                1,
                Tenancy.SINGLE,
                false,
                List.of());
    }

    static SigningKey key(SigningAlgorithm algorithm, int number, Instant generatedAt) {
        BigInteger coordinate = BigInteger.valueOf(number);
        return SigningKey.generated(
                new KeyGroup(CONSUMER, algorithm),
                new KeyLocation(TOKEN, new CkaId(String.format("%032x", number))),
                new VerificationKey.Ec(algorithm.curve(), coordinate, coordinate),
                generatedAt);
    }

    /** With an active key, made and put to use at the start. */
    static Keyring signing(SigningAlgorithm algorithm) {
        SigningKey first = key(algorithm, 1, START);
        Keyring made = Keyring.empty(CONSUMER).generated(first, START);
        return published(made, START, Duration.ZERO).activated(first.kid(), Duration.ofMinutes(60), START);
    }

    /** With a standby besides, published a minute later. */
    static Keyring withStandby() {
        Instant then = START.plusSeconds(60);
        return published(
                signing(SigningAlgorithm.ES256).generated(key(SigningAlgorithm.ES256, 2, then), then), then, CACHE);
    }

    static Kid standby() {
        return key(SigningAlgorithm.ES256, 2, START).kid();
    }

    /** The decision to serve what the planner wants, or once more what stands. */
    static Keyring decided(Keyring keyring, Instant at) {
        Map<Kid, Listing> listings = new RolloverPlanner()
                .plan(keyring, POLICY, at).due().stream()
                        .map(PlannedStep::step)
                        .filter(Step.Publish.class::isInstance)
                        .map(step -> ((Step.Publish) step).listings())
                        .findFirst()
                        .orElseGet(
                                () -> keyring.servedPublication().orElseThrow().listings());
        return keyring.intending(listings, Duration.ofMinutes(5), CACHE, at);
    }

    private static Keyring published(Keyring keyring, Instant at, Duration cacheBound) {
        return decided(keyring, at).served(at, cacheBound, PROPAGATION, SKEW);
    }
}
