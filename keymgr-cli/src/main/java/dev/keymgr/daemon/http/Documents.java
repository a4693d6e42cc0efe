package dev.keymgr.daemon.http;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The documents of each scope, in memory. Thread-safe: a reader sees all of a scope's old documents or all of its new ones,
 * and never waits.
 */
public final class Documents {
    private final Map<String, Map<Kind, ServedDocument>> byScope = new ConcurrentHashMap<>();

    public Optional<ServedDocument> find(String scope, Kind kind) {
        Map<Kind, ServedDocument> ofScope = byScope.get(scope);
        return ofScope == null ? Optional.empty() : Optional.ofNullable(ofScope.get(kind));
    }

    /**
     * From now on the scope has these documents and no others; atomic.
     *
     * @throws IllegalArgumentException when two are of one kind; the old ones stay
     */
    public void replace(String scope, List<ServedDocument> documents) {
        Map<Kind, ServedDocument> ofScope = new EnumMap<>(Kind.class);
        for (ServedDocument document : documents) {
            if (ofScope.put(document.kind(), document) != null) {
                throw new IllegalArgumentException("two documents of kind " + document.kind() + " for one scope");
            }
        }
        byScope.put(scope, ofScope);
    }

    /** From now on there is no such scope here. */
    public void forget(String scope) {
        byScope.remove(scope);
    }
}
