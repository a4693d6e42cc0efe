package dev.keymgr.inventory;

import dev.keymgr.authority.SignedDocuments;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication;
import dev.keymgr.key.Publication.Listing;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.Transitions;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A revocation that was carried out while the store could not be written. It waits beside the store until the record can
 * follow.
 *
 * @param kids at least one
 * @param at when it was ordered: from then on nobody may trust them
 * @param actor who ordered it
 * @param document the number of the document without them; above every number decided before the order
 * @param signed the signed documents without them; null where there are none, or not yet
 */
public record EmergencyOrder(
        ScopeName scope,
        SortedSet<Kid> kids,
        Compromise record,
        Instant at,
        String actor,
        Generation document,
        @Nullable SignedDocuments signed) {

    /** One whose documents nobody has signed yet. */
    public EmergencyOrder(
            ScopeName scope, SortedSet<Kid> kids, Compromise record, Instant at, String actor, Generation document) {
        this(scope, kids, record, at, actor, document, null);
    }

    public EmergencyOrder {
        kids = Collections.unmodifiableSortedSet(new TreeSet<>(kids));
        if (kids.isEmpty()) {
            throw new IllegalArgumentException("an order for no key");
        }
    }

    public EmergencyOrder with(SignedDocuments documents) {
        return new EmergencyOrder(scope, kids, record, at, actor, document, documents);
    }

    /** The last signed documents among those of some orders. */
    public static Optional<SignedDocuments> signed(Collection<EmergencyOrder> orders) {
        return orders.stream()
                .flatMap(order -> Stream.ofNullable(order.signed()))
                .max(Comparator.comparing(SignedDocuments::sequence));
    }

    /** Those of its keys whose revocation is not in the record yet. */
    public SortedSet<Kid> missingIn(Keyring keyring) {
        SortedSet<Kid> missing = new TreeSet<>();
        kids.forEach(kid -> keyring.find(kid)
                .filter(k -> Transitions.find(k.state(), KeyState.COMPROMISED).isPresent())
                .ifPresent(k -> missing.add(kid)));
        return missing;
    }

    /**
     * The keyring as it will be when the orders are in the record. Only a thought: it is not to be written, for nobody took over
     * in it.
     */
    public static Keyring imagined(Keyring keyring, Collection<EmergencyOrder> orders) {
        Keyring imagined = keyring;
        for (EmergencyOrder order : orders) {
            SortedSet<Kid> missing = order.missingIn(imagined);
            if (!missing.isEmpty()) {
                imagined = imagined.compromised(missing, order.record(), order.at(), keyring.changedAt());
            }
        }
        return imagined;
    }

    /**
     * The document served so far without what nobody may trust.
     *
     * @param imagined see {@link #imagined}
     * @return empty when there is none, or nothing would be left of it: an empty one is never served
     */
    public static Optional<Publication> withdrawn(Keyring imagined, Generation number) {
        return imagined.servedPublication().flatMap(served -> {
            Map<Kid, Listing> rest = new TreeMap<>();
            served.listings().forEach((kid, listing) -> {
                if (!mustBeOut(imagined.require(kid))) {
                    rest.put(kid, listing);
                }
            });
            return rest.isEmpty()
                    ? Optional.empty()
                    : Optional.of(Publication.intended(number, rest, served.maxAge(), served.cacheBound()));
        });
    }

    private static boolean mustBeOut(SigningKey key) {
        return !key.state().isListable() || (key.state() == KeyState.SUSPENDED && key.isWithdrawn());
    }

    /** What a daemon serves while orders wait; empty when the record is ahead of them all. */
    public static Optional<Publication> document(Keyring imagined, List<EmergencyOrder> orders) {
        return orders.stream()
                .map(EmergencyOrder::document)
                .max(Generation::compareTo)
                .filter(number -> imagined.servedPublication()
                        .filter(served -> served.number().compareTo(number) < 0)
                        .isPresent())
                .flatMap(number -> withdrawn(imagined, number));
    }
}
