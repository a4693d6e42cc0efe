package dev.keymgr.lifecycle;

import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.authority.SignedDocuments;
import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.rollover.Succession;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.stream.Collectors;

/** Carries what was ordered without the store into the record, under the lock of the scope. */
final class Carrier {
    private final Ledger ledger;
    private final ManagedScope scope;
    private final List<Advance.Done> done = new ArrayList<>();
    private final List<Advance.Failure> failures = new ArrayList<>();
    private boolean blind;

    Carrier(Ledger ledger, ManagedScope scope) {
        this.ledger = ledger;
        this.scope = scope;
    }

    List<Advance.Done> done() {
        return done;
    }

    List<Advance.Failure> failures() {
        return failures;
    }

    /** Whether an order waits that cannot be read: any key of the scope may have been revoked. */
    boolean isBlind() {
        return blind;
    }

    /** @throws KeymgrException of the store, which still cannot be written: the orders wait on */
    void carry() {
        ledger.orders().unreadable(scope.name()).forEach(e -> {
            blind = true;
            failures.add(new Advance.Failure("read an order that waits for the store", e));
        });
        for (EmergencyOrder order : ledger.orders().of(scope.name())) {
            Keyring keyring = record(order);
            // The document that was written with the order stands in the sinks. One decided before it can stand there
            // no more, and
            // one decided from now on must be above it.
            while (isBehind(keyring, order)) {
                keyring = ledger.commit(keyring, keyring.droppingPending(now(keyring)));
            }
            SignedDocuments signed = order.signed();
            if (signed != null) {
                follow(signed, now(keyring));
            }
            // Crash here, or above: the next look finds the keys revoked and comes to the same end.
            try {
                ledger.orders().done(order);
            } catch (KeymgrException e) {
                failures.add(new Advance.Failure("take away an order that is in the record", e));
            }
        }
    }

    private void follow(SignedDocuments signed, Instant now) {
        AuthorityRecords authorities = ledger.records().authorities();
        long last = authorities
                .documents(scope.name())
                .map(SignedDocuments::sequence)
                .orElse(0L);
        if (last >= signed.sequence()) {
            return;
        }
        if (authorities.authorities(scope.name()).stream()
                .noneMatch(a -> a.kid().equals(signed.authority()))) {
            // A store restored from before that authority. The next are signed with a later sequence, by the clock.
            done.add(new Advance.Done(
                    now,
                    "leave out the signed documents of an order",
                    "the store does not know their authority "
                            + signed.authority().prefix()));
            return;
        }
        authorities.replace(last, signed, SignedPublisher.event(ledger, signed, now));
    }

    private static boolean isBehind(Keyring keyring, EmergencyOrder order) {
        return keyring.generation().compareTo(order.document()) < 0
                || keyring.pendingPublication()
                        .filter(p -> p.number().compareTo(order.document()) <= 0)
                        .isPresent();
    }

    private Keyring record(EmergencyOrder order) {
        Keyring keyring = ledger.read(scope.name());
        SortedSet<Kid> missing = order.missingIn(keyring);
        if (missing.isEmpty()) {
            return keyring;
        }
        Instant now = now(keyring);
        Keyring without = keyring.compromised(missing, order.record(), order.at(), now);
        // One commit, as with the store at hand: whoever sees the keys revoked sees their successor sign.
        Keyring after = ledger.commit(
                keyring,
                Succession.handOver(keyring, without, scope.policy(), now).keyring(),
                Map.of(
                        "reason",
                        order.record().reason(),
                        "ordered-at",
                        order.at().toString(),
                        "ordered-by",
                        order.actor()));
        done.add(new Advance.Done(
                now,
                "record the revocation of " + missing.stream().map(Kid::prefix).collect(Collectors.joining(", ")),
                "ordered at " + order.at() + " while the store could not be written: "
                        + order.record().reason()));
        return after;
    }

    private Instant now(Keyring keyring) {
        return ledger.now(keyring, scope.policy().lifetime().skew());
    }
}
