package dev.keymgr.simulation;

import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.Timing;
import dev.keymgr.testkit.Laws;
import dev.keymgr.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * One run of simulated years. Replay a failing one with its seed: everything random comes from it.
 */
final class Simulation {
    /** How the world of a run differs from an honest one; the honest one is what the policy declares. */
    record Deviation(Optional<Duration> verifierKeeps, Duration tokensLiveLonger) {
        static final Deviation NONE = new Deviation(Optional.empty(), Duration.ZERO);
    }

    /** When operators rotate. */
    enum Haste {
        /** Now and then. */
        SELDOM,
        /** As soon as a standby may sign: nothing but the formula then stands between caches and a rejection. */
        ALWAYS
    }

    /** What came of it. */
    record Outcome(long seed, int rotations, int crashes, long verified, long rejected, String firstRejection) {}

    private static final int VERIFIERS = 8;
    private static final Duration QUIET_STEP = Duration.ofHours(16);
    private static final Duration BUSY_STEP = Duration.ofMinutes(8);
    private static final int BUSY_EVENTS = 25;
    private static final int TOKENS_KEPT = 12;

    private final long seed;
    private final Random random;
    private final Deviation deviation;
    private final World world;
    private final Laws laws;
    private final Operator operator;
    private final Map<ScopeName, List<Verifier>> verifiers = new HashMap<>();
    private final Map<ScopeName, List<Token>> tokens = new HashMap<>();
    private final Map<ScopeName, List<Signing>> signing = new HashMap<>();
    private int busy = BUSY_EVENTS;
    private int rotations;
    private long verified;
    private long rejected;
    private String firstRejection = "";

    /** From when on a key was the one that signs. */
    private record Signing(Instant since, Optional<SigningKey> key) {}

    Simulation(long seed, Deviation deviation, Haste haste) {
        this.seed = seed;
        this.random = new Random(seed);
        this.deviation = deviation;
        this.world = new World(seed);
        this.laws = new Laws(world);
        this.operator = new Operator(world, random, haste);
        for (ScopeName scope : World.SCOPES) {
            RolloverPolicy policy = world.policy(scope);
            List<Verifier> population = new ArrayList<>();
            for (int i = 0; i < VERIFIERS; i++) {
                Optional<Duration> own = i % 2 == 0
                        ? Optional.empty()
                        : Optional.of(policy.cache().bound());
                population.add(new Verifier(
                        world.sink(scope),
                        random,
                        policy.propagation(),
                        policy.lifetime().skew(),
                        deviation.verifierKeeps().or(() -> own)));
            }
            verifiers.put(scope, population);
            tokens.put(scope, new ArrayList<>());
            signing.put(scope, new ArrayList<>());
        }
    }

    Outcome run(Duration years) {
        Instant end = world.clock().instant().plus(years);
        World.SCOPES.forEach(operator::tick);
        World.SCOPES.forEach(this::observe);
        while (world.clock().instant().isBefore(end)) {
            pass();
            for (ScopeName scope : World.SCOPES) {
                boolean settled = operator.act(scope);
                observe(scope);
                laws.check();
                if (settled) {
                    laws.checkSettled(scope);
                }
                traffic(scope);
            }
        }
        return new Outcome(seed, rotations, operator.crashes(), verified, rejected, firstRejection);
    }

    /** Time goes in long steps, and in short ones after something has changed; sometimes nobody looks for days. */
    private void pass() {
        Duration mean = busy > 0 ? BUSY_STEP : QUIET_STEP;
        busy = Math.max(0, busy - 1);
        if (busy == 0 && random.nextInt(100) == 0) {
            mean = Duration.ofDays(4);
        }
        world.clock().advance(Duration.ofMillis(1 + (long) (random.nextDouble() * 2 * mean.toMillis())));
    }

    /** Notes who signs from now on. */
    private void observe(ScopeName scope) {
        Keyring keyring = world.keyring(scope);
        Optional<SigningKey> active = keyring.active(new KeyGroup(scope, SigningAlgorithm.ES256));
        List<Signing> history = signing.getOrDefault(scope, List.of());
        Optional<Kid> before = history.isEmpty()
                ? Optional.empty()
                : history.get(history.size() - 1).key().map(SigningKey::kid);
        if (history.isEmpty() || !before.equals(active.map(SigningKey::kid))) {
            history.add(new Signing(keyring.changedAt(), active));
            rotations++;
            busy = BUSY_EVENTS;
        }
    }

    /** Signers lag behind a switch by up to D; tokens are shown to verifiers as long as these may still take them. */
    private void traffic(ScopeName scope) {
        Instant now = world.clock().instant();
        RolloverPolicy policy = world.policy(scope);
        List<Token> open = tokens.getOrDefault(scope, new ArrayList<>());
        Duration lag =
                Duration.ofMillis((long) (random.nextDouble() * policy.drain().toMillis()));
        Duration oldest = policy.ages().max().plus(policy.ages().grace());
        signerAt(scope, now.minus(lag))
                .filter(k -> now.isBefore(k.times().generatedAt().plus(oldest)))
                .ifPresent(k -> open.add(sign(scope, k, now, policy)));
        open.removeIf(t -> !now.isBefore(t.expires().plus(policy.lifetime().leeway())));
        while (open.size() > TOKENS_KEPT) {
            open.remove(random.nextInt(open.size()));
        }
        for (Token token : open) {
            if (isGenuine(scope, token)) {
                List<Verifier> population = verifiers.getOrDefault(scope, List.of());
                Verifier verifier = population.get(random.nextInt(population.size()));
                verified++;
                if (!verifier.accepts(token, now)) {
                    reject(scope, token, now);
                }
            }
        }
    }

    private Optional<SigningKey> signerAt(ScopeName scope, Instant when) {
        List<Signing> history = signing.getOrDefault(scope, List.of());
        for (int i = history.size() - 1; i >= 0; i--) {
            if (!history.get(i).since().isAfter(when)) {
                return history.get(i).key();
            }
        }
        return Optional.empty();
    }

    private Token sign(ScopeName scope, SigningKey key, Instant now, RolloverPolicy policy) {
        SigningKey today = world.keyring(scope).require(key.kid());
        if (today.privateHalf() == PrivateHalf.DESTROYED && today.state() == KeyState.RETIRED) {
            throw new AssertionError("a signer within its drain found " + key.kid() + " destroyed, seed " + seed);
        }
        Duration recorded = today.tokenLifetime();
        Duration longest = policy.lifetime().max().compareTo(recorded) < 0
                ? policy.lifetime().max()
                : recorded;
        Duration life = random.nextBoolean()
                ? longest
                : Duration.ofMillis(1 + (long) (random.nextDouble() * longest.toMillis()));
        return new Token(key.kid(), now, now.plus(life).plus(deviation.tokensLiveLonger()));
    }

    /** A revoked or suspended key's tokens are refused on purpose. */
    private boolean isGenuine(ScopeName scope, Token token) {
        SigningKey key = world.keyring(scope).require(token.kid());
        return !signsEarly(scope, key)
                && key.state() != KeyState.COMPROMISED
                && key.state() != KeyState.SUSPENDED
                && key.times().find(Moment.WITHDRAWN).isEmpty();
    }

    /** By {@code revoke --hard}: that verifiers refuse it for a while is what was chosen. Or the next document tells it. */
    private boolean signsEarly(ScopeName scope, SigningKey key) {
        Timing timing = new Timing(world.policy(scope));
        boolean waits = world.orders().of(scope).stream().anyMatch(o -> o.kids().contains(key.kid()));
        return waits
                || (timing.beganEarly(key)
                        && timing.readyAt(key)
                                .orElseThrow()
                                .result()
                                .isAfter(world.clock().instant()));
    }

    private void reject(ScopeName scope, Token token, Instant now) {
        rejected++;
        if (firstRejection.isEmpty()) {
            firstRejection = "seed " + seed + " at " + now + " in " + scope + ": " + token + " "
                    + world.keyring(scope).require(token.kid());
        }
    }
}
