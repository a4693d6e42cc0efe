package dev.keymgr.bench;

import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.jwks.JwksRenderer;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication;
import dev.keymgr.key.SigningKey;
import dev.keymgr.testkit.SampleKeys;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
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
import org.openjdk.jmh.annotations.Warmup;

/** One document of so many ES256 keys, from the keyring to its bytes and their etag. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class RenderingBenchmark {
    @Param({"3", "50"})
    private int keys;

    private Keyring keyring;
    private Publication publication;

    @Setup
    public void makeKeys() {
        Keyring grown = Keyring.empty(SampleKeys.CONSUMER);
        Map<Kid, Publication.Listing> listings = new HashMap<>();
        for (int i = 0; i < keys; i++) {
            SigningKey key = SampleKeys.generated(SampleKeys.CONSUMER, i);
            grown = grown.generated(key, SampleKeys.START);
            listings.put(key.kid(), SampleKeys.listing(key));
        }
        keyring = grown.intending(listings, Duration.ofMinutes(5), Duration.ofMinutes(10), SampleKeys.START);
        publication = keyring.lastPublication().orElseThrow();
    }

    @Benchmark
    public JwksDocument render() {
        return JwksRenderer.render(keyring, publication);
    }
}
