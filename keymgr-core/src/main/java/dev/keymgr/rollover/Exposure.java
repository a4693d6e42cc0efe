package dev.keymgr.rollover;

import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.Publication;
import dev.keymgr.key.SigningKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Who may still trust a revoked key, and until when. What is declared is bounded by arithmetic and, where verifiers say so
 * themselves, measured; of whoever nobody declared nothing can be told. Pure.
 *
 * @param withdrawnAt when a document without the key had been written to every sink; null while one may still list it
 * @param reaches verifiers that honour our headers first, then those registered, then those declared
 */
public record Exposure(SigningKey key, @Nullable Instant withdrawnAt, List<Reach> reaches) {
    /**
     * A registered relying party.
     *
     * @param contact who answers there
     * @param cacheBound how long it may keep a document, whatever the header says
     */
    public record Verifier(String name, String contact, Duration cacheBound) {}

    /** Why something is known of a verifier. */
    public enum Ground {
        /** Any that obeys Cache-Control. */
        HONOURS_HEADERS,
        /** A relying party with a name, a contact and a bound; it can confirm. */
        REGISTERED,
        /** A kind of verifier that the policy declares. */
        DECLARED
    }

    /**
     * A verifier, or a kind of them, that may trust the key.
     *
     * @param contact empty where nobody is named
     * @param bound by when it has stopped; null while a document may still list the key
     * @param confirmedAt when it said that it trusts the key no more; null for never
     */
    public record Reach(
            Ground ground,
            String name,
            String contact,
            @Nullable Derivation bound,
            @Nullable Instant confirmedAt) {

        /** Registered, and not heard of. */
        public boolean isOutstanding() {
            return ground == Ground.REGISTERED && confirmedAt == null;
        }

        /** When it has stopped, if it says no more than it said: its bound, or its confirmation where that came sooner. */
        private Instant stopsAt() {
            Instant by = Objects.requireNonNull(bound).result();
            return confirmedAt == null || confirmedAt.isAfter(by) ? by : confirmedAt;
        }
    }

    public Exposure {
        reaches = List.copyOf(reaches);
    }

    /**
     * The exposure of a key.
     *
     * @param registered the scope's relying parties
     * @param confirmations when each of them first confirmed, by name
     * @return empty for a key that is not revoked, and for one that no document ever listed: no verifier knew it
     */
    public static Optional<Exposure> of(
            Keyring keyring,
            Kid kid,
            RolloverPolicy policy,
            List<Verifier> registered,
            Map<String, Instant> confirmations) {
        SigningKey key = keyring.require(kid);
        if (key.state() != KeyState.COMPROMISED
                || key.times().find(Moment.PUBLISHED).isEmpty()) {
            return Optional.empty();
        }
        Instant withdrawnAt = key.times().find(Moment.REMOVED).orElse(null);
        List<Reach> reaches = new ArrayList<>();
        Duration maxAge = maxAge(keyring, kid, policy);
        reaches.add(new Reach(
                Ground.HONOURS_HEADERS, "", "", bound(withdrawnAt, policy, "C", "max-age sent", maxAge), null));
        TreeSet<String> names = new TreeSet<>();
        for (Verifier each : registered) {
            names.add(each.name());
            reaches.add(new Reach(
                    Ground.REGISTERED,
                    each.name(),
                    each.contact(),
                    bound(withdrawnAt, policy, "C_v", "longest it keeps a document", each.cacheBound()),
                    confirmations.get(each.name())));
        }
        policy.cache().verifiers().forEach((name, keeps) -> {
            if (!names.contains(name)) {
                Derivation by = bound(withdrawnAt, policy, "C_v", "longest it keeps a document", keeps);
                reaches.add(new Reach(Ground.DECLARED, name, "", by, null));
            }
        });
        return Optional.of(new Exposure(key, withdrawnAt, reaches));
    }

    /** The longest that was sent with any document which listed the key and may still be cached. */
    private static Duration maxAge(Keyring keyring, Kid kid, RolloverPolicy policy) {
        return Stream.concat(
                        Stream.of(policy.cache().maxAge()),
                        keyring.publications().stream()
                                .filter(p -> p.lists(kid))
                                .map(Publication::maxAge))
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static @Nullable Derivation bound(
            @Nullable Instant withdrawnAt, RolloverPolicy policy, String symbol, String meaning, Duration keeps) {
        if (withdrawnAt == null) {
            return null;
        }
        Derivation by = Derivation.of("stopsBy", "served without it", withdrawnAt)
                .plus("P", "propagation", policy.propagation())
                .plus(symbol, meaning, keeps);
        Duration cdn = policy.cache().cdn();
        return cdn.isZero() ? by : by.plus("CDN", "shared cache in front", cdn);
    }

    public Instant revokedAt() {
        return key.times().require(Moment.COMPROMISED);
    }

    /** By when all that are known have stopped; empty while a document may still list the key. */
    public Optional<Instant> bound() {
        return withdrawnAt == null
                ? Optional.empty()
                : reaches.stream()
                        .map(r -> Objects.requireNonNull(r.bound()).result())
                        .max(Comparator.naturalOrder());
    }

    public List<Reach> registered() {
        return reaches.stream().filter(r -> r.ground() == Ground.REGISTERED).toList();
    }

    /** Registered parties that have not confirmed. */
    public List<Reach> outstanding() {
        return reaches.stream().filter(Reach::isOutstanding).toList();
    }

    /**
     * When the last registered party confirmed, not before the withdrawal; empty while one is outstanding, while the key may
     * still be listed, and where none is registered.
     */
    public Optional<Instant> measured() {
        Instant withdrawn = withdrawnAt;
        if (withdrawn == null || !outstanding().isEmpty()) {
            return Optional.empty();
        }
        return registered().stream()
                .map(r -> Objects.requireNonNull(r.confirmedAt()))
                .max(Comparator.naturalOrder())
                .map(last -> last.isBefore(withdrawn) ? withdrawn : last);
    }

    /**
     * When the last that is known stops, as things stand: a registered party with its confirmation or at its bound, whichever
     * is sooner; all others, who cannot confirm, at their bounds. Never after {@link #bound}; empty while the key may still be
     * listed.
     */
    public Optional<Instant> ends() {
        return withdrawnAt == null
                ? Optional.empty()
                : reaches.stream().map(Reach::stopsAt).max(Comparator.naturalOrder());
    }

    /** Whether a confirmation is what ends it, and no bound of anybody who said nothing comes later. */
    public boolean isEndMeasured() {
        return ends().isPresent() && ends().equals(measured());
    }

    /** When it was over: {@link #ends} had passed. Empty while it goes on. */
    public Optional<Instant> overSince(Instant now) {
        return ends().filter(at -> !at.isAfter(now));
    }
}
