package dev.keymgr.lifecycle;

import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.JwkSetParser;
import dev.keymgr.jwks.JwksRenderer;
import dev.keymgr.key.Generation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What each scope serves or is about to serve, read back from the bytes; read again only when its keyring has changed, so that
 * a publication costs no more for the scopes beside it that stay as they are. For many threads.
 */
final class StandingSets {
    private final Ledger ledger;
    private final List<ScopeName> scopes;
    private final Map<ScopeName, Seen> seen = new ConcurrentHashMap<>();

    private record Seen(Generation generation, Optional<JwkSet> set) {}

    /** @param scopes every scope this product manages */
    StandingSets(Ledger ledger, Collection<ScopeName> scopes) {
        this.ledger = ledger;
        this.scopes = List.copyOf(scopes);
    }

    /** Those of every scope but one. */
    Map<ScopeName, JwkSet> besides(ScopeName own) {
        Map<ScopeName, Generation> stored = ledger.records().inventory().generations();
        Map<ScopeName, JwkSet> sets = new TreeMap<>();
        for (ScopeName other : scopes) {
            if (!other.equals(own)) {
                of(other, stored.getOrDefault(other, Generation.NONE)).ifPresent(set -> sets.put(other, set));
            }
        }
        return sets;
    }

    private Optional<JwkSet> of(ScopeName scope, Generation stored) {
        Seen last = seen.get(scope);
        if (last == null || !last.generation().equals(stored)) {
            last = look(scope);
            seen.put(scope, last);
        }
        return last.set();
    }

    private Seen look(ScopeName scope) {
        Keyring keyring = ledger.read(scope);
        return new Seen(
                keyring.generation(),
                keyring.lastPublication()
                        .map(p -> JwkSetParser.parseOwn(
                                JwksRenderer.render(keyring, p).bytes())));
    }
}
