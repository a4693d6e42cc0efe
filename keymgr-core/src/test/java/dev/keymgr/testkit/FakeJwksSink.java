package dev.keymgr.testkit;

import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.jwks.JwksSink;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A sink in memory, for one scope: whichever publishes first. Its fault point is {@link #PUBLISH}. */
public final class FakeJwksSink implements JwksSink {
    public static final String PUBLISH = "sink.publish";

    public static final String SIGNED = "sink.publish-signed";

    private final String name;
    private final FaultPlan faults;
    private final List<JwksDocument> history = new ArrayList<>();
    private @Nullable JwksDocument standing;
    private Map<String, byte[]> signed = Map.of();
    private long sequence;

    public FakeJwksSink(String name, FaultPlan faults) {
        this.name = name;
        this.faults = faults;
    }

    @Override
    public String description() {
        return "fake " + name;
    }

    @Override
    public synchronized void publish(JwksDocument document) {
        faults.run(PUBLISH, () -> replace(document), () -> failed(document, "the sink lost the connection"));
    }

    @Override
    public synchronized void publish(ScopeName scope, long sequence, Map<String, byte[]> files) {
        faults.run(
                SIGNED,
                () -> {
                    if (sequence >= this.sequence) {
                        this.sequence = sequence;
                        signed = Map.copyOf(files);
                    }
                },
                () -> new KeymgrException(
                        ErrorCode.PUBLICATION_FAILED,
                        "the signed documents were not written to " + description()
                                + ": the sink lost the connection"));
    }

    /** The signed documents that stand here, by file name. */
    public synchronized Map<String, byte[]> signed() {
        return signed;
    }

    @Override
    public synchronized Optional<byte[]> current(ScopeName scope) {
        JwksDocument document = standing;
        return document == null || !document.scope().equals(scope) ? Optional.empty() : Optional.of(document.bytes());
    }

    /** Every document that stood here, oldest first. */
    public synchronized List<JwksDocument> history() {
        return List.copyOf(history);
    }

    synchronized int count() {
        return history.size();
    }

    private void replace(JwksDocument document) {
        JwksDocument before = standing;
        if (before != null) {
            if (!before.scope().equals(document.scope())) {
                throw failed(document, "the sink belongs to scope " + before.scope());
            }
            int order = document.number().compareTo(before.number());
            if (order < 0 || (order == 0 && !document.etag().equals(before.etag()))) {
                throw failed(document, "publication " + before.number() + " stands there already");
            }
            if (order == 0) {
                return;
            }
        }
        standing = document;
        history.add(document);
    }

    private KeymgrException failed(JwksDocument document, String why) {
        return new KeymgrException(
                ErrorCode.PUBLICATION_FAILED,
                "document " + document.number() + " was not written to " + description() + ": " + why);
    }
}
