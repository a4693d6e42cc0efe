package dev.keymgr.lifecycle;

import dev.keymgr.authority.SignedDocuments;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.jwks.JwkSetParser;
import dev.keymgr.jwks.JwksSink;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Generation;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.Publication;
import dev.keymgr.key.SigningKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A revocation while the store can be read but not written. No signer can be told, so the private half goes from its token:
 * whoever tries to sign with it fails. The document without the key goes to the sinks. An order waits on this machine until
 * the record can follow. Safe to repeat.
 */
final class LastResort {
    private final Ledger ledger;
    private final Tokens tokens;
    private final Publisher publisher;
    private final SignedPublisher signedPublisher;

    LastResort(Ledger ledger, Tokens tokens, Publisher publisher, SignedPublisher signedPublisher) {
        this.ledger = ledger;
        this.tokens = tokens;
        this.publisher = publisher;
        this.signedPublisher = signedPublisher;
    }

    /** What came of one revocation. */
    private static final class Account {
        final List<String> done = new ArrayList<>();
        final List<KeymgrException> failed = new ArrayList<>();

        void attempt(Runnable work) {
            try {
                work.run();
            } catch (KeymgrException e) {
                failed.add(e);
            }
        }
    }

    /**
     * Leaves the order, by which every signer of this machine stops; asks no token.
     *
     * @param burnt to be revoked, or revoked already and perhaps still listed
     * @param store why it cannot be written
     * @return does the rest and ends in an exception: RECORD_PENDING when everything but the record is done, else
     *     STORE_UNAVAILABLE, saying what is
     */
    Stopped stop(ManagedScope scope, Keyring keyring, Set<Kid> burnt, Compromise record, KeymgrException store) {
        Account account = new Account();
        List<EmergencyOrder> orders = new ArrayList<>(ledger.orders().of(scope.name()));
        account.failed.addAll(ledger.orders().unreadable(scope.name()));
        Instant at = ledger.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        SortedSet<Kid> fresh = new TreeSet<>(burnt);
        orders.forEach(o -> fresh.removeAll(o.kids()));
        if (!fresh.isEmpty()) {
            // 1. The order first: what a crash below leaves undone, whoever reads it next will finish.
            EmergencyOrder order = new EmergencyOrder(
                    scope.name(), fresh, record.revokedAt(at), at, ledger.actor(), numberAbove(keyring, orders));
            account.attempt(
                    () -> account.done.add(
                            "an order lies in " + ledger.orders().put(order)
                                    + ", and the first keymgr command or daemon here that can write carries it into the record"));
            orders.add(order);
        }
        return new Stopped(List.of(), () -> {
            finish(scope, keyring, burnt, orders, account);
            throw verdict(scope, keyring, burnt, store, account);
        });
    }

    /** Above all that was decided, and above every order: the document of one that cannot be read may stand in the sinks. */
    private Generation numberAbove(Keyring keyring, List<EmergencyOrder> orders) {
        return Stream.concat(
                        orders.stream().map(EmergencyOrder::document),
                        ledger.orders().highest(keyring.scope()).stream())
                .reduce(keyring.generation(), BinaryOperator.maxBy(Generation::compareTo))
                .next();
    }

    /**
     * What {@link #stop} returns, for orders that wait: whoever left them may have died before it.
     *
     * @param failure of a command that may have met a store that cannot be written
     * @return to be thrown in its place: the same, or with what was done without the store
     */
    KeymgrException goOn(ManagedScope scope, KeymgrException failure) {
        if (failure.code() != ErrorCode.STORE_UNAVAILABLE) {
            return failure;
        }
        Keyring keyring;
        try {
            keyring = ledger.read(scope.name());
        } catch (KeymgrException e) {
            return failure;
        }
        List<EmergencyOrder> orders = ledger.orders().of(scope.name());
        Set<Kid> burnt = orders.stream()
                .flatMap(order -> order.kids().stream())
                .filter(kid -> isUnfinished(keyring, kid))
                .collect(Collectors.toCollection(TreeSet::new));
        if (burnt.isEmpty()) {
            return failure;
        }
        Account account = new Account();
        account.failed.addAll(ledger.orders().unreadable(scope.name()));
        finish(scope, keyring, burnt, orders, account);
        KeymgrException said = verdict(scope, keyring, burnt, failure, account);
        return new KeymgrException(failure.code(), String.valueOf(said.getMessage()), failure);
    }

    private static boolean isUnfinished(Keyring keyring, Kid kid) {
        return keyring.find(kid)
                .filter(key -> key.privateHalf() != PrivateHalf.DESTROYED
                        || keyring.servedPublication()
                                .filter(served -> served.lists(kid))
                                .isPresent())
                .isPresent();
    }

    private void finish(
            ManagedScope scope, Keyring keyring, Set<Kid> burnt, List<EmergencyOrder> orders, Account account) {
        Instant at = ledger.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        // 2. Stop signing everywhere: no signer on any host finds the private half any more. A crash after this: as
        // above.
        for (Kid kid : burnt) {
            destroy(keyring.require(kid), keyring.holdOn(kid, at), account);
        }
        // 3. Withdraw.
        withdraw(scope, imagined(scope, keyring, orders), orders, account);
    }

    private void destroy(SigningKey key, Optional<Hold> hold, Account account) {
        String name = key.kid().prefix() + " in " + key.location().token();
        if (key.privateHalf() == PrivateHalf.DESTROYED) {
            return;
        }
        if (hold.isPresent()) {
            account.failed.add(new KeymgrException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "the private half of " + name + " is under a hold by "
                            + hold.get().owner()
                            + " and was not destroyed: signers go on with it; to stop them take that token down"));
            return;
        }
        account.attempt(() -> {
            tokens.require(key.location().token()).destroy(key.location().id());
            account.done.add("the private half of " + name + " is destroyed: nobody signs with it");
        });
    }

    private void withdraw(ManagedScope scope, Keyring imagined, List<EmergencyOrder> orders, Account account) {
        if (!listsWhatMustBeOut(imagined)) {
            return;
        }
        Optional<Publication> document = EmergencyOrder.document(imagined, orders);
        if (document.isEmpty()) {
            account.failed.add(new KeymgrException(
                    ErrorCode.PUBLICATION_FAILED,
                    "the document was not changed: nothing would be left of it, and an empty one is never served; verifiers"
                            + " still get the key; take the file away by hand if they must not"));
            return;
        }
        account.attempt(() -> {
            try {
                publisher.withdraw(scope, imagined, document.get());
            } catch (KeymgrException e) {
                // A daemon that can write may have carried the order meanwhile: its document is later, and as good.
                if (!standsWithoutRevoked(scope, imagined)) {
                    throw e;
                }
            }
            account.done.add(
                    "the document without it, number " + document.get().number() + " or later, stands in every sink");
        });
        account.attempt(() -> withdrawSigned(scope, imagined, document.get(), orders, account));
    }

    /**
     * As it will be when the orders are in the record. While one cannot be read, a key that a sink lists no more is taken for the
     * one it revoked: it must not come back.
     */
    private Keyring imagined(ManagedScope scope, Keyring keyring, List<EmergencyOrder> orders) {
        Keyring imagined = EmergencyOrder.imagined(keyring, orders);
        if (ledger.orders().unreadable(scope.name()).isEmpty()) {
            return imagined;
        }
        SortedSet<Kid> out = imagined.servedPublication().map(Publication::kids).orElseGet(TreeSet::new);
        Set<Kid> everywhere = new TreeSet<>(out);
        scope.sinks().forEach(sink -> listed(sink, scope).ifPresent(everywhere::retainAll));
        out.removeAll(everywhere);
        if (out.isEmpty()) {
            return imagined;
        }
        EmergencyOrder newest = orders.get(orders.size() - 1);
        Compromise taken = new Compromise("an order that cannot be read", Compromise.Cause.KEY, newest.at());
        EmergencyOrder unread =
                new EmergencyOrder(scope.name(), out, taken, newest.at(), newest.actor(), newest.document());
        return EmergencyOrder.imagined(imagined, List.of(unread));
    }

    /** Empty also where it cannot be told: to write there will fail as well, and say so. */
    private static Optional<Set<Kid>> listed(JwksSink sink, ManagedScope scope) {
        try {
            return sink.current(scope.name())
                    .map(bytes -> JwkSetParser.parseOwn(bytes).kids());
        } catch (KeymgrException e) {
            return Optional.empty();
        }
    }

    /** They go with the order: the daemons of this machine serve them from there, and the store gets them from there. */
    private void withdrawSigned(
            ManagedScope scope, Keyring imagined, Publication document, List<EmergencyOrder> orders, Account account) {
        EmergencyOrder newest = orders.get(orders.size() - 1);
        Optional<SignedDocuments> last = EmergencyOrder.signed(orders)
                .or(() -> ledger.records().authorities().documents(scope.name()));
        signedPublisher.withdraw(scope, imagined, document, last).ifPresent(signed -> {
            ledger.orders().put(newest.with(signed));
            account.done.add("the signed documents without it, sequence " + signed.sequence() + ", stand there too");
        });
    }

    private static boolean standsWithoutRevoked(ManagedScope scope, Keyring imagined) {
        return scope.sinks().stream()
                .allMatch(sink -> sink.current(scope.name())
                        .map(bytes -> JwkSetParser.parseOwn(bytes).kids())
                        .filter(kids -> kids.stream()
                                .noneMatch(kid -> imagined.find(kid)
                                        .filter(k -> !k.state().isListable())
                                        .isPresent()))
                        .isPresent());
    }

    private static boolean listsWhatMustBeOut(Keyring imagined) {
        return imagined.servedPublication()
                .filter(p -> p.kids().stream()
                        .anyMatch(k -> !imagined.require(k).state().isListable()))
                .isPresent();
    }

    private static KeymgrException verdict(
            ManagedScope scope, Keyring keyring, Set<Kid> burnt, KeymgrException store, Account account) {
        String names = burnt.stream().map(Kid::prefix).collect(Collectors.joining(", "));
        Predicate<SigningKey> signed = k -> burnt.contains(k.kid()) && k.state() == KeyState.ACTIVE;
        String outage = keyring.keys().stream().anyMatch(signed)
                ? "; no standby can take over without the store: " + scope.name()
                        + " issues nothing until it can be written"
                : "";
        String done = String.join("; ", account.done);
        String failed =
                account.failed.stream().map(e -> String.valueOf(e.getMessage())).collect(Collectors.joining("; "));
        boolean whole = account.failed.isEmpty();
        return new KeymgrException(
                whole ? ErrorCode.RECORD_PENDING : ErrorCode.STORE_UNAVAILABLE,
                names + " of scope " + scope.name() + (whole ? " is revoked" : " is not wholly revoked")
                        + ", but the store cannot be written" + (done.isEmpty() ? "" : "; done: " + done)
                        + (whole ? "" : "; FAILED: " + failed) + outage + "; make the store writable ("
                        + store.getMessage() + ")" + (whole ? ", then: keymgr apply" : "; then run the command again"),
                store);
    }
}
