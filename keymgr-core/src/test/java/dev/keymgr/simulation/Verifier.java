package dev.keymgr.simulation;

import dev.keymgr.jwks.Jwk;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.testkit.TimedSink;
import dev.keymgr.testkit.TimedSink.Edition;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;

/**
 * A relying party with a cache: it fetches from an edge that lags by up to P, keeps what it got for max-age or for a time of
 * its own, and never fetches again for an unknown kid. Its clock is off by up to half of σ.
 */
final class Verifier {
    private final TimedSink sink;
    private final Random random;
    private final Duration propagation;
    private final Duration offset;
    private final Optional<Duration> ownBound;
    private JwkSet cached = JwkSet.empty();
    private Instant staleAt = Instant.MIN;

    /** @param ownBound how long it keeps a set whatever the header says; empty to obey max-age */
    Verifier(TimedSink sink, Random random, Duration propagation, Duration skew, Optional<Duration> ownBound) {
        this.sink = sink;
        this.random = random;
        this.propagation = propagation;
        this.offset = Duration.ofMillis((long) ((random.nextDouble() - 0.5) * skew.toMillis()));
        this.ownBound = ownBound;
    }

    /** Whether the key set lets the token pass; the signature is beside the point here. */
    boolean accepts(Token token, Instant now) {
        if (!now.isBefore(staleAt)) {
            fetch(now);
        }
        Optional<Jwk> key = cached.find(token.kid());
        if (key.isEmpty()) {
            return false;
        }
        Instant end = key.get().expires();
        return end == null || now.plus(offset).isBefore(end);
    }

    private void fetch(Instant now) {
        Duration lag = Duration.ofMillis((long) (random.nextDouble() * propagation.toMillis()));
        Optional<Edition> edition = sink.at(now.minus(lag)).or(() -> sink.at(now));
        edition.ifPresent(e -> {
            cached = e.set();
            staleAt = now.plus(ownBound.orElse(e.maxAge()));
        });
    }
}
