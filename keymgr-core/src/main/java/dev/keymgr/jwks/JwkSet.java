package dev.keymgr.jwks;

import dev.keymgr.key.Kid;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The public keys of one issuer, by kid. Immutable. May be empty, which trusts nothing.
 *
 * @standard RFC 7517 s. 5
 */
public final class JwkSet {
    /** A scope has a handful of keys; more than this is not a key set of ours. */
    public static final int KEYS_MAX = 100;

    private static final JwkSet EMPTY = new JwkSet(List.of());

    private final SortedMap<Kid, Jwk> byKid;

    private JwkSet(Collection<Jwk> keys) {
        if (keys.size() > KEYS_MAX) {
            throw new IllegalArgumentException("more than " + KEYS_MAX + " keys in one set");
        }
        SortedMap<Kid, Jwk> found = new TreeMap<>();
        for (Jwk key : keys) {
            if (found.put(key.kid(), key) != null) {
                throw new IllegalArgumentException("kid " + key.kid() + " twice in one set");
            }
        }
        byKid = Collections.unmodifiableSortedMap(found);
    }

    /**
     * A set of these keys, in any order.
     *
     * @throws IllegalArgumentException when a kid comes twice, or there are more than {@link #KEYS_MAX}
     */
    public static JwkSet of(Collection<Jwk> keys) {
        return keys.isEmpty() ? EMPTY : new JwkSet(keys);
    }

    public static JwkSet empty() {
        return EMPTY;
    }

    public Optional<Jwk> find(Kid kid) {
        return Optional.ofNullable(byKid.get(kid));
    }

    /** In order of kid. */
    public List<Jwk> keys() {
        return List.copyOf(byKid.values());
    }

    public SortedSet<Kid> kids() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(byKid.keySet()));
    }

    public boolean isEmpty() {
        return byKid.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof JwkSet set && byKid.equals(set.byKid));
    }

    @Override
    public int hashCode() {
        return byKid.hashCode();
    }

    @Override
    public String toString() {
        return "JwkSet" + byKid.keySet();
    }
}
