package dev.keymgr.lifecycle;

import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.jwks.JwksLint;
import dev.keymgr.jwks.JwksRenderer;
import dev.keymgr.jwks.JwksSink;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScopeName;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.rollover.Step;
import dev.keymgr.rollover.Timing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Brings a document from decision to every sink, and only then counts it as served. */
final class Publisher {
    private final Ledger ledger;
    private final StandingSets others;
    private final SignedPublisher signed;

    /** @param scopes every scope this product manages: the lint holds them apart */
    Publisher(Ledger ledger, Collection<ScopeName> scopes, SignedPublisher signed) {
        this.ledger = ledger;
        this.others = new StandingSets(ledger, scopes);
        this.signed = signed;
    }

    Keyring publish(ManagedScope scope, Keyring start, Step.Publish step, Map<String, String> remarks) {
        RolloverPolicy policy = scope.policy();

        // 1. Decide the document and its number. A crash after this: the next plan finds it pending and comes here
        // again
        //    with the same listings, hence the same bytes and the same number.
        Keyring keyring = start;
        Publication planned = keyring.pendingPublication()
                .filter(p -> p.listings().equals(step.listings()))
                .orElse(null);
        if (planned == null) {
            keyring = ledger.commit(
                    keyring,
                    keyring.intending(
                            step.listings(),
                            policy.cache().maxAge(),
                            policy.cache().bound(),
                            now(scope, keyring)),
                    remarks);
            planned = keyring.pendingPublication().orElseThrow();
        }

        // 2. The last gate. A refused document stays pending and the one served so far stands.
        JwksDocument document = JwksRenderer.render(keyring, planned);
        JwksLint.requireSafe(document, scope.scope().issuer(), keyring, planned, others.besides(scope.name()));

        // 3. Every sink; where there is none, daemons serve what 4 records. A crash among them leaves old and new side
        // by side: the key does not count as published.
        write(scope, document);

        // 4. The signed documents say the same. A key is not published before they do; one that is out of trust does
        // not
        //    wait for the token of an authority.
        Instant at = now(scope, keyring);
        Keyring served = keyring.served(
                at,
                new Timing(policy).cacheBoundNow(keyring),
                policy.propagation(),
                policy.lifetime().skew());
        try {
            signed.refresh(scope, served);
        } catch (KeymgrException e) {
            if (!step.added().isEmpty()) {
                throw e;
            }
        }

        // 5. Served everywhere: from this instant the waiting times run.
        Map<String, String> facts = new TreeMap<>(remarks);
        facts.put("etag", document.etag());
        return ledger.commit(keyring, served, facts);
    }

    /** Writes the standing document once more, for a sink that was restored or added. Changes nothing in the keyring. */
    JwksDocument rewrite(ManagedScope scope, Keyring keyring) {
        Publication standing = keyring.servedPublication()
                .orElseThrow(() -> new KeymgrException(
                        ErrorCode.PUBLICATION_FAILED,
                        "scope " + scope.name() + " has no document yet; make one: keymgr apply " + scope.name()));
        for (Kid kid : standing.kids()) {
            if (!keyring.require(kid).state().isListable()) {
                throw new KeymgrException(
                        ErrorCode.PUBLICATION_FAILED,
                        "the document last served lists " + kid.prefix() + ", which is "
                                + keyring.require(kid).state()
                                + " now; it was not written again; serve the next one: keymgr"
                                + " apply " + scope.name());
            }
        }
        JwksDocument document = JwksRenderer.render(keyring, standing);
        try {
            write(scope, document);
        } catch (KeymgrException e) {
            throw keyring.pendingPublication()
                    .map(pending -> halfServed(scope, pending, e))
                    .orElse(e);
        }
        return document;
    }

    private static KeymgrException halfServed(ManagedScope scope, Publication pending, KeymgrException e) {
        return new KeymgrException(
                e.code(),
                e.getMessage() + "; document " + pending.number()
                        + " is decided and perhaps half served; finish that: keymgr apply " + scope.name(),
                e);
    }

    /**
     * Writes a document without revoked keys that the record does not know of yet. The same last gate as always; changes
     * nothing in the keyring.
     *
     * @param imagined the keyring as it will be
     */
    void withdraw(ManagedScope scope, Keyring imagined, Publication planned) {
        JwksDocument document = JwksRenderer.render(imagined, planned);
        JwksLint.requireSafe(document, scope.scope().issuer(), imagined, planned, others.besides(scope.name()));
        write(scope, document);
    }

    /** Tries every sink, also after a failure: the more of them hold the new document, the better. */
    private static void write(ManagedScope scope, JwksDocument document) {
        List<KeymgrException> failures = new ArrayList<>();
        for (JwksSink sink : scope.sinks()) {
            try {
                sink.publish(document);
            } catch (KeymgrException e) {
                failures.add(e);
            }
        }
        if (!failures.isEmpty()) {
            KeymgrException first = failures.get(0);
            failures.subList(1, failures.size()).forEach(first::addSuppressed);
            throw first;
        }
    }

    private Instant now(ManagedScope scope, Keyring keyring) {
        return ledger.now(keyring, scope.policy().lifetime().skew());
    }
}
