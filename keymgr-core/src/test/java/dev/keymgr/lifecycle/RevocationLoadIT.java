package dev.keymgr.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.hsm.pkcs11.Pkcs11Tokens;
import dev.keymgr.inventory.EmergencyOrders;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.JwkSetParser;
import dev.keymgr.jwks.file.DirectorySink;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.store.jdbc.JdbcStore;
import dev.keymgr.store.jdbc.StoreSettings;
import dev.keymgr.testkit.Policies;
import dev.keymgr.testkit.SimulatedHsm;
import dev.keymgr.testkit.TestClock;
import dev.keymgr.token.SigningPolicy;
import dev.keymgr.token.TokenRejectedException;
import dev.keymgr.token.TokenSigner;
import dev.keymgr.token.TokenVerifier;
import dev.keymgr.token.TrustedKeys;
import dev.keymgr.token.VerificationPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A revocation while issuers sign as fast as the tokens let them, on SoftHSM, SQLite and a directory. */
class RevocationLoadIT {
    private static final ScopeName NAME = new ScopeName("consumer");
    private static final KeyGroup GROUP = new KeyGroup(NAME, SigningAlgorithm.ES256);
    private static final List<TokenLabel> LABELS = List.of(new TokenLabel("load-a"), new TokenLabel("load-b"));
    private static final Scope SCOPE =
            new Scope(NAME, "https://login.example/consumer", List.of("https://api.example"));
    private static final int ISSUERS = 3;
    private static final int ENOUGH = 300;

    /** Stands still, so that no issuer looks at the inventory because its sight has grown old: only the token tells. */
    private final TestClock clock = TestClock.atNoon();

    private final RolloverPolicy policy = Policies.ofSeconds(LABELS);
    private volatile CountDownLatch more = new CountDownLatch(0);
    private SimulatedHsm simulated;
    private Pkcs11Tokens ours;
    private Pkcs11Tokens issuers;
    private JdbcStore store;
    private DirectorySink sink;
    private Lifecycle lifecycle;

    /** A token, and when its making began. */
    private record Issued(long began, String token) {}

    @BeforeEach
    void start(@TempDir Path home) throws IOException {
        simulated = SimulatedHsm.start(home, LABELS.toArray(TokenLabel[]::new));
        LABELS.forEach(simulated::initialize);
        ours = open();
        issuers = open();
        StoreSettings settings = StoreSettings.sqlite(home.resolve("keymgr.db"));
        JdbcStore.migrate(settings, clock);
        store = JdbcStore.open(settings, clock);
        sink = new DirectorySink(Files.createDirectory(home.resolve("public")));
        lifecycle = new Lifecycle(
                List.of(new ManagedScope(SCOPE, policy, List.of(sink), List.of(), DocumentTerms.DEFAULT, List.of())),
                new Records(store, store, store.authorities(), EmergencyOrders.NONE),
                ours,
                clock,
                new SecureRandom(new byte[] {7}),
                "test@here",
                Duration.ofSeconds(10),
                Progress.NONE);
        lifecycle.advance(NAME);
        clock.advance(policy.publicationInterval());
    }

    private Pkcs11Tokens open() {
        return new Pkcs11Tokens(LABELS.stream().map(simulated::settings).toList());
    }

    @AfterEach
    void stop() {
        store.close();
        ours.close();
        issuers.close();
        simulated.close();
    }

    @Test
    void failsNoIssuerAndNothingIsSignedWithTheKeyOnceItHasReturned()
            throws InterruptedException, TokenRejectedException {
        Kid stolen = store.read(NAME).active(GROUP).orElseThrow().kid();
        Queue<Issued> issued = new ConcurrentLinkedQueue<>();
        Queue<RuntimeException> failed = new ConcurrentLinkedQueue<>();
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(ISSUERS);
        for (int i = 0; i < ISSUERS; i++) {
            TokenSigner signer = signer();
            threads.execute(() -> {
                while (!over.get()) {
                    issue(signer, issued, failed);
                }
            });
        }
        awaitMore();

        Advance advance = lifecycle
                .emergency()
                .revoke(NAME, stolen, new Compromise("stolen", Cause.KEY, clock.instant()), Issuance.MUST_GO_ON);
        long returned = System.nanoTime();
        awaitMore();
        over.set(true);
        threads.shutdown();
        assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        assertThat(advance.failures()).isEmpty();
        assertThat(failed).isEmpty();
        TokenVerifier verifier = verifier();
        List<Issued> after =
                issued.stream().filter(t -> t.began() - returned > 0).toList();
        assertThat(after).hasSizeGreaterThan(ENOUGH / 2);
        for (Issued each : after) {
            verifier.verify(each.token());
        }
    }

    private void awaitMore() throws InterruptedException {
        CountDownLatch latch = new CountDownLatch(ENOUGH);
        more = latch;
        assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
    }

    private void issue(TokenSigner signer, Queue<Issued> issued, Queue<RuntimeException> failed) {
        long began = System.nanoTime();
        try {
            issued.add(new Issued(began, signer.sign(Map.of("sub", "alice"))));
        } catch (RuntimeException e) {
            failed.add(e);
        } finally {
            more.countDown();
        }
    }

    private TokenSigner signer() {
        SigningPolicy signing = new SigningPolicy(
                policy.algorithms(),
                VerificationPolicy.ACCESS_TOKEN,
                policy.drain(),
                policy.lifetime().max(),
                policy.ages().max());
        return new TokenSigner(
                SCOPE, signing, () -> store.read(NAME), issuers, clock, new SecureRandom(new byte[] {9}));
    }

    private TokenVerifier verifier() {
        JwkSet set = JwkSetParser.parseOwn(sink.current(NAME).orElseThrow());
        return new TokenVerifier(
                SCOPE,
                VerificationPolicy.accessTokens(
                        Set.of("https://api.example"), policy.lifetime().max()),
                new TrustedKeys() {
                    @Override
                    public JwkSet own() {
                        return set;
                    }

                    @Override
                    public Set<Kid> revoked() {
                        return Set.of();
                    }

                    @Override
                    public Map<ScopeName, JwkSet> others() {
                        return Map.of();
                    }
                },
                clock);
    }
}
