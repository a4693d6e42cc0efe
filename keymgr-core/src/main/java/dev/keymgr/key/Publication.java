package dev.keymgr.key;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One document of a scope: exactly what it lists. With the public keys it determines the bytes.
 *
 * @param number the generation of the keyring that decided it; a sink refuses a number below the one it holds
 * @param listings the keys and their validity, by kid
 * @param maxAge the Cache-Control max-age it is served with
 * @param cacheBound how long any verifier may keep it: the largest of max-age, declared verifier bounds and CDN (C*)
 * @param servedAt when it had been written to every sink, of which there may be none; null while it is only intended
 * @param supersededAt when its successor had been written to every sink; null while it stands
 */
public record Publication(
        Generation number,
        SortedMap<Kid, Listing> listings,
        Duration maxAge,
        Duration cacheBound,
        @Nullable Instant servedAt,
        @Nullable Instant supersededAt) {
    /**
     * What the document says of one key besides its numbers.
     *
     * @param issuedAt {@code iat}: when it was generated
     * @param notBefore {@code nbf}: when it began to sign, once it has
     * @param expires {@code exp}: from when no verifier may trust it
     * @param x5c whether its certificate, where it has one, stands beside it
     */
    public record Listing(Instant issuedAt, @Nullable Instant notBefore, Instant expires, boolean x5c) {
        /** Without its certificate. */
        public Listing(Instant issuedAt, @Nullable Instant notBefore, Instant expires) {
            this(issuedAt, notBefore, expires, false);
        }
    }

    public Publication {
        listings = Collections.unmodifiableSortedMap(new TreeMap<>(listings));
    }

    public static Publication intended(
            Generation number, Map<Kid, Listing> listings, Duration maxAge, Duration cacheBound) {
        return new Publication(number, new TreeMap<>(listings), maxAge, cacheBound, null, null);
    }

    public SortedSet<Kid> kids() {
        return new TreeSet<>(listings.keySet());
    }

    public boolean lists(Kid kid) {
        return listings.containsKey(kid);
    }

    public boolean isServed() {
        return servedAt != null;
    }

    /** Same content for a reader: the number and the instants aside. */
    public boolean saysTheSameAs(Publication other) {
        return listings.equals(other.listings) && maxAge.equals(other.maxAge);
    }

    Publication served(Instant at) {
        return new Publication(number, listings, maxAge, cacheBound, at, null);
    }

    Publication superseded(Instant at) {
        return new Publication(number, listings, maxAge, cacheBound, servedAt, at);
    }
}
