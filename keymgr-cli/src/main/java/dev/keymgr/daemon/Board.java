package dev.keymgr.daemon;

import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.rollover.Posture;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What this daemon last saw of each scope, in memory: so that nobody who asks waits for a store or a token. Thread-safe. */
final class Board {
    /**
     * A scope as last seen.
     *
     * @param nextChangeAt when its document is next planned to change; null when nothing is planned
     */
    record Seen(
            Keyring keyring,
            List<Posture.Finding> findings,
            @Nullable Instant nextChangeAt,
            Instant at) {}

    private final Map<ScopeName, Seen> seen = new ConcurrentHashMap<>();
    private final Map<ScopeName, List<Advance.Failure>> failures = new ConcurrentHashMap<>();
    private final Set<ScopeName> tried = ConcurrentHashMap.newKeySet();
    private volatile @Nullable String storeTrouble = "the store was not read yet";
    private volatile @Nullable String writeTrouble;

    void saw(ScopeName scope, Seen sight) {
        seen.put(scope, sight);
    }

    @Nullable
    Seen seen(ScopeName scope) {
        return seen.get(scope);
    }

    /** What the last look at a scope could not do. */
    void failed(ScopeName scope, List<Advance.Failure> lastFailures) {
        failures.put(scope, List.copyOf(lastFailures));
    }

    List<Advance.Failure> failures(ScopeName scope) {
        return failures.getOrDefault(scope, List.of());
    }

    /** This daemon has done what was due in a scope, or failed to. */
    void tried(ScopeName scope) {
        tried.add(scope);
    }

    boolean wasTried(ScopeName scope) {
        return tried.contains(scope);
    }

    void storeIsDown(String message) {
        storeTrouble = message;
    }

    void storeIsUp() {
        storeTrouble = null;
    }

    /** Null while the store answers. */
    @Nullable
    String storeTrouble() {
        return storeTrouble;
    }

    /** A store on a full disk can be read all the same. */
    void storeRefusesWrites(String message) {
        writeTrouble = message;
    }

    void storeTakesWrites() {
        writeTrouble = null;
    }

    /** Null while the store takes what is written. */
    @Nullable
    String writeTrouble() {
        return writeTrouble;
    }
}
