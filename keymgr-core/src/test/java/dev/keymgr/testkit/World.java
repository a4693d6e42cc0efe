package dev.keymgr.testkit;

import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.inventory.Inventory;
import dev.keymgr.jwks.JwksProbe;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.DocumentTerms;
import dev.keymgr.lifecycle.Lifecycle;
import dev.keymgr.lifecycle.ManagedScope;
import dev.keymgr.lifecycle.Progress;
import dev.keymgr.lifecycle.Records;
import dev.keymgr.rollover.Exposure;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.RolloverPolicy.Ages;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Two scopes over fakes: tokens, inventory, sinks and clock outlive every {@link #lifecycle}, which stands for a process. A
 * test throws one away in the middle of its work and starts another.
 */
public final class World {
    public static final ScopeName CONSUMER = new ScopeName("consumer");
    public static final ScopeName ENTERPRISE = new ScopeName("enterprise");
    public static final List<ScopeName> SCOPES = List.of(CONSUMER, ENTERPRISE);

    /** Trust must outlast every token life that a test may set later. */
    private static final Duration LONGER_TOKENS = Duration.ofHours(12);

    private final FaultPlan faults = new FaultPlan();
    private final TestClock clock = TestClock.atNoon();
    private final FakeInventory inventory = new FakeInventory(faults);
    private final FakeOrders orders = new FakeOrders(faults);
    private final Map<ScopeName, List<Exposure.Verifier>> registered = new TreeMap<>();
    private final Map<TokenLabel, FakeHsm> tokens = new TreeMap<>();
    private final FakeAuthorities authorities = new FakeAuthorities(inventory, faults);
    private final Map<ScopeName, RolloverPolicy> policies = new TreeMap<>();
    private final Map<ScopeName, TimedSink> sinks = new TreeMap<>();
    private final Map<ScopeName, List<JwksProbe>> probes = new TreeMap<>();
    private final Set<ScopeName> unwritten = new TreeSet<>();
    private final SecureRandom random;

    public World(long seed) {
        this.random = seeded(seed);
        FakeKeys keys = FakeKeys.seeded(seed);
        for (ScopeName scope : SCOPES) {
            List<TokenLabel> labels = List.of(new TokenLabel(scope + "-a"), new TokenLabel(scope + "-b"));
            labels.forEach(l -> tokens.put(l, new FakeHsm(l, faults, keys)));
            policies.put(scope, policy(labels));
            sinks.put(scope, new TimedSink(new FakeJwksSink(scope.value(), faults), clock));
        }
    }

    private static RolloverPolicy policy(List<TokenLabel> labels) {
        RolloverPolicy example = Policies.of(List.of(SigningAlgorithm.ES256), Duration.ofDays(14));
        return new RolloverPolicy(
                labels,
                example.algorithms(),
                example.rotation(),
                example.cache(),
                example.propagation(),
                example.lifetime(),
                example.drain(),
                example.tick(),
                new Ages(
                        example.ages().warn(),
                        example.ages().max(),
                        example.ages().grace(),
                        example.ages().trust().plus(LONGER_TOKENS)),
                example.suspension(),
                example.standbys(),
                example.tenancy(),
                false,
                List.of());
    }

    private static SecureRandom seeded(long seed) {
        try {
            SecureRandom generator = SecureRandom.getInstance("SHA1PRNG");
            generator.setSeed(seed);
            return generator;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A new process over what is there. */
    public Lifecycle lifecycle() {
        return lifecycle(inventory);
    }

    /** A new process that sees the inventory through something else. */
    public Lifecycle lifecycle(Inventory seen) {
        List<ManagedScope> scopes = SCOPES.stream()
                .map(s -> new ManagedScope(
                        scope(s),
                        policy(s),
                        unwritten.contains(s) ? List.of() : List.of(sink(s)),
                        probes.getOrDefault(s, List.of()),
                        DocumentTerms.DEFAULT,
                        registered.getOrDefault(s, List.of())))
                .toList();
        Map<TokenLabel, Hsm> open = new TreeMap<>();
        Tokens login = label -> open.computeIfAbsent(label, l -> token(l).loginAgain());
        return new Lifecycle(
                scopes,
                new Records(seen, inventory, authorities, orders),
                login,
                clock,
                random,
                "test@here",
                Duration.ZERO,
                Progress.NONE);
    }

    public static Scope scope(ScopeName name) {
        return new Scope(name, "https://login.example/" + name, List.of("https://api.example/" + name));
    }

    public FaultPlan faults() {
        return faults;
    }

    public TestClock clock() {
        return clock;
    }

    public FakeAuthorities authorities() {
        return authorities;
    }

    public FakeOrders orders() {
        return orders;
    }

    /** Who the next process knows as relying parties of a scope. */
    public void register(ScopeName scope, List<Exposure.Verifier> verifiers) {
        registered.put(scope, verifiers);
    }

    public FakeInventory inventory() {
        return inventory;
    }

    public Map<TokenLabel, FakeHsm> tokens() {
        return tokens;
    }

    /** Whether a token has a private half there, for whoever logs in anew. */
    public boolean holds(KeyLocation place) {
        return token(place.token()).loginAgain().find(place.id()).isPresent();
    }

    /** What the document lists that verifiers get now. */
    public Set<Kid> served(ScopeName scope) {
        return sink(scope).at(clock().instant()).orElseThrow().set().kids();
    }

    public FakeHsm token(TokenLabel label) {
        FakeHsm token = tokens.get(label);
        if (token == null) {
            throw new IllegalArgumentException("no token " + label);
        }
        return token;
    }

    public TimedSink sink(ScopeName scope) {
        TimedSink sink = sinks.get(scope);
        if (sink == null) {
            throw new IllegalArgumentException("no scope " + scope);
        }
        return sink;
    }

    public RolloverPolicy policy(ScopeName scope) {
        RolloverPolicy policy = policies.get(scope);
        if (policy == null) {
            throw new IllegalArgumentException("no scope " + scope);
        }
        return policy;
    }

    /** What an operator does by editing the file: takes effect with the next process. */
    public void change(ScopeName scope, RolloverPolicy policy) {
        policies.put(scope, policy);
    }

    /** Where the next process looks for a scope's document. */
    public void probe(ScopeName scope, JwksProbe probe) {
        probes.put(scope, List.of(probe));
    }

    /** Has the next process write a scope's document nowhere: daemons serve it. */
    public void leaveToDaemons(ScopeName scope) {
        unwritten.add(scope);
    }

    public Keyring keyring(ScopeName scope) {
        return inventory.read(scope);
    }
}
