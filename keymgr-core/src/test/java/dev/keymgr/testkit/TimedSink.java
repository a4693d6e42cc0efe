package dev.keymgr.testkit;

import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.JwkSetParser;
import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.jwks.JwksSink;
import dev.keymgr.key.ScopeName;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Remembers from when on each document could be fetched, also one whose writer was told that it had failed. */
public final class TimedSink implements JwksSink {
    /** A document as verifiers get it. */
    public record Edition(Instant from, JwkSet set, Duration maxAge) {}

    private final FakeJwksSink sink;
    private final Clock clock;
    private final List<Edition> editions = new ArrayList<>();

    TimedSink(FakeJwksSink sink, Clock clock) {
        this.sink = sink;
        this.clock = clock;
    }

    @Override
    public String description() {
        return sink.description();
    }

    @Override
    public void publish(JwksDocument document) {
        int before = sink.count();
        try {
            sink.publish(document);
        } finally {
            if (sink.count() > before) {
                editions.add(new Edition(clock.instant(), JwkSetParser.parseOwn(document.bytes()), document.maxAge()));
            }
        }
    }

    @Override
    public void publish(ScopeName scope, long sequence, Map<String, byte[]> files) {
        sink.publish(scope, sequence, files);
    }

    /** The signed documents that stand there, by file name. */
    public Map<String, byte[]> signed() {
        return sink.signed();
    }

    @Override
    public Optional<byte[]> current(ScopeName scope) {
        return sink.current(scope);
    }

    public List<Edition> editions() {
        return Collections.unmodifiableList(editions);
    }

    /** What stood there at an instant. */
    public Optional<Edition> at(Instant when) {
        for (int i = editions.size() - 1; i >= 0; i--) {
            if (!editions.get(i).from().isAfter(when)) {
                return Optional.of(editions.get(i));
            }
        }
        return Optional.empty();
    }
}
