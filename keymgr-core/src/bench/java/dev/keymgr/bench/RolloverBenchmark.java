package dev.keymgr.bench;

import dev.keymgr.jwks.file.DirectorySink;
import dev.keymgr.inventory.EmergencyOrders;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.Kid;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.lifecycle.DocumentTerms;
import dev.keymgr.lifecycle.Lifecycle;
import dev.keymgr.lifecycle.ManagedScope;
import dev.keymgr.lifecycle.Progress;
import dev.keymgr.lifecycle.Records;
import dev.keymgr.store.jdbc.JdbcStore;
import dev.keymgr.store.jdbc.StoreSettings;
import dev.keymgr.testkit.Policies;
import dev.keymgr.testkit.TestClock;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * One whole rollover on a real token, SQLite file and directory: the standby takes over, another is generated and
 * published, the retired private half is destroyed. The waiting in between is only told to the clock.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 1)
@Measurement(iterations = 4)
public class RolloverBenchmark {
    private static final ScopeName NAME = new ScopeName("consumer");
    private static final KeyGroup GROUP = new KeyGroup(NAME, SigningAlgorithm.ES256);

    /** Keys of others in the same token. */
    @Param({"10", "1000"})
    private int others;

    private final TestClock clock = TestClock.atNoon();
    private BenchToken token;
    private JdbcStore store;
    private Lifecycle lifecycle;
    private Advance latest;

    @Setup
    public void start() throws IOException, GeneralSecurityException {
        token = BenchToken.start();
        for (int i = 1; i <= others; i++) {
            token.hsm().generate(BenchToken.id(i), SigningAlgorithm.ES256, clock.instant());
        }
        StoreSettings settings = StoreSettings.sqlite(token.folder("store").resolve("keymgr.db"));
        JdbcStore.migrate(settings, clock);
        store = JdbcStore.open(settings, clock);
        ManagedScope scope = new ManagedScope(
                new dev.keymgr.key.Scope(NAME, "https://login.example/consumer", List.of("https://api.example")),
                Policies.ofSeconds(List.of(BenchToken.LABEL)),
                List.of(new DirectorySink(token.folder("jwks"))),
                List.of(),
                DocumentTerms.DEFAULT,
                List.of());
        lifecycle = new Lifecycle(
                List.of(scope),
                new Records(store, store, store.authorities(), EmergencyOrders.NONE),
                token.tokens(),
                clock,
                SecureRandom.getInstance("NativePRNG"),
                "bench@here",
                Duration.ZERO,
                Progress.NONE);
        look();
    }

    private void look() {
        latest = lifecycle.advance(NAME);
        latest.firstError().ifPresent(error -> {
            throw error;
        });
    }

    @Benchmark
    public Advance rollover() {
        Kid old = latest.keyring().active(GROUP).orElseThrow().kid();
        while (latest.keyring().require(old).privateHalf() != PrivateHalf.DESTROYED) {
            clock.set(latest.next().nextLookAt());
            look();
        }
        return latest;
    }

    @TearDown
    public void stop() throws IOException {
        store.close();
        token.close();
    }
}
