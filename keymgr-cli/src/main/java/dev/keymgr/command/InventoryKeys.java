package dev.keymgr.command;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.jwks.Jwk;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.Publication.Listing;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.Timing;
import dev.keymgr.token.TrustedKeys;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The keys that stood in the documents at an instant, as the inventory knows them: it forgets none, so it can also say what
 * was trusted a year ago. The sets of the other scopes hold every key they ever published, so that no age of a token hides
 * whose it is.
 */
record InventoryKeys(JwkSet own, Set<Kid> revoked, Map<ScopeName, JwkSet> others) implements TrustedKeys {

    static InventoryKeys read(Workbench workbench, ScopeConfig scope, Instant at) {
        Keyring keyring = workbench.inventory().read(scope.scope().name());
        Timing timing = new Timing(scope.policy());
        Set<Kid> revoked = keyring.keys().stream()
                .filter(k -> k.state() == KeyState.COMPROMISED)
                .map(SigningKey::kid)
                .collect(Collectors.toSet());
        Map<ScopeName, JwkSet> others = new TreeMap<>();
        for (ScopeConfig other : workbench.scopes(null)) {
            if (!other.scope().name().equals(scope.scope().name())) {
                Keyring foreign = workbench.inventory().read(other.scope().name());
                others.put(
                        other.scope().name(),
                        set(
                                foreign,
                                new Timing(other.policy()),
                                k -> k.times().find(Moment.PUBLISHED).isPresent()));
            }
        }
        return new InventoryKeys(set(keyring, timing, k -> stood(k, at)), revoked, others);
    }

    private static boolean stood(SigningKey key, Instant at) {
        return key.times().find(Moment.PUBLISHED).filter(t -> !t.isAfter(at)).isPresent()
                && key.times().find(Moment.REMOVED).filter(t -> !t.isAfter(at)).isEmpty();
    }

    /** The newest, where there are more than a set may hold. */
    private static JwkSet set(Keyring keyring, Timing timing, Predicate<SigningKey> wanted) {
        List<SigningKey> keys = keyring.keys().stream().filter(wanted).toList();
        return JwkSet.of(keys.stream()
                .skip(Math.max(0, keys.size() - JwkSet.KEYS_MAX))
                .map(k -> Jwk.of(
                        k,
                        new Listing(
                                k.times().generatedAt().truncatedTo(ChronoUnit.SECONDS),
                                k.times()
                                        .find(Moment.ACTIVATED)
                                        .map(t -> t.truncatedTo(ChronoUnit.SECONDS))
                                        .orElse(null),
                                timing.trustLimit(k)
                                        .result()
                                        .truncatedTo(ChronoUnit.SECONDS)
                                        .plusSeconds(1))))
                .toList());
    }
}
