package dev.keymgr.bench;

import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Tokens per second, beside bare signatures per second of the same key over as many bytes: the ratio is what all around
 * the signature costs. Threads by {@code -t}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class SigningBenchmark {
    /** A signature object serves one thread. */
    @State(Scope.Thread)
    public static class OfThread {
        private BareSignature signature;

        @Setup
        public void bind(SigningKeyState key) throws GeneralSecurityException {
            signature = key.bare();
        }
    }

    @Benchmark
    public String token(SigningKeyState key) {
        return key.sign();
    }

    @Benchmark
    public byte[] bareSignature(SigningKeyState key, OfThread thread) throws GeneralSecurityException {
        return thread.signature.sign(key.input());
    }
}
