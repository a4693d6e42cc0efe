package dev.keymgr.lifecycle;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.authority.Authority;
import dev.keymgr.authority.DocumentContents;
import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.authority.SignedDocuments;
import dev.keymgr.jwks.JwksSink;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.Publication;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Has the authority sign what the keyring says, when it says something else or the last signature ages. */
final class SignedPublisher {
    private final Ledger ledger;
    private final AuthorityKeys authorities;

    SignedPublisher(Ledger ledger, AuthorityKeys authorities) {
        this.ledger = ledger;
        this.authorities = authorities;
    }

    /**
     * Brings the signed documents of a scope up to date, in the store and in every sink. A scope without an authority, or
     * without a document, has none.
     *
     * @param keyring as it is, or as it will be when the document that it is about to serve is served
     * @return whether they were signed anew
     * @throws KeymgrException when no token of an authority answers, or a sink refuses; what stood before stands, and the
     *     next look tries again
     */
    boolean refresh(ManagedScope scope, Keyring keyring) {
        Optional<Publication> standing = keyring.servedPublication();
        List<Authority> known = authorities.authorities(scope.name());
        if (standing.isEmpty() || known.isEmpty()) {
            return false;
        }
        List<Authority> signers = signers(known);
        Instant now = ledger.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        DocumentContents contents = DocumentContents.of(keyring, standing.get(), known);
        Optional<SignedDocuments> before = ledger.records().authorities().documents(scope.name());
        long last = before.map(SignedDocuments::sequence).orElse(0L);
        if (before.isPresent()
                && !before.get()
                        .areDue(contents.basis(), isOneOf(signers, before.get().authority()), now)) {
            write(scope, before.get());
            return false;
        }

        // 1. Sign all three by one authority, and read back what verifiers will read. A crash here has changed nothing.
        SignedDocuments documents = sign(scope, signers, contents, last, now);
        requireReadable(scope, documents, signers, now);

        // 2. The store: from here every daemon serves them. A crash after this: the next look writes the sinks.
        boolean stand = ledger.records().authorities().replace(last, documents, event(ledger, documents, now));

        // 3. The sinks.
        if (stand) {
            write(scope, documents);
        }
        return stand;
    }

    /** The record of a signing. */
    static AuditEvent event(Ledger ledger, SignedDocuments documents, Instant now) {
        return ledger.event(
                AuditAction.DOCUMENTS_SIGNED,
                documents.scope(),
                null,
                now,
                Map.of(
                        "sequence", Long.toString(documents.sequence()),
                        "authority", documents.authority().value(),
                        "expires", documents.expiresAt().toString()));
    }

    /**
     * Signs what the record does not know of yet, and writes it to every sink; nothing to the store.
     *
     * @param imagined the keyring as it will be
     * @param document as it stands in the sinks
     * @param last of the signed documents, in the store or with an order
     * @return empty for a scope without authorities
     */
    Optional<SignedDocuments> withdraw(
            ManagedScope scope, Keyring imagined, Publication document, Optional<SignedDocuments> last) {
        List<Authority> known = authorities.authorities(scope.name()).stream()
                .map(a -> AuthorityKeys.undoing(a, imagined)
                        .map(key -> a.revoked(key.times().require(Moment.COMPROMISED)))
                        .orElse(a))
                .toList();
        if (known.isEmpty()) {
            return Optional.empty();
        }
        Instant now = ledger.clock().instant().truncatedTo(ChronoUnit.MILLIS);
        DocumentContents contents = DocumentContents.of(imagined, document, known);
        Optional<SignedDocuments> same = last.filter(d -> d.basis().equals(contents.basis()));
        SignedDocuments documents = same.orElseGet(() -> sign(
                scope,
                signers(known),
                contents,
                last.map(SignedDocuments::sequence).orElse(0L),
                now));
        requireReadable(scope, documents, signers(known), now);
        write(scope, documents);
        return Optional.of(documents);
    }

    /** Where none stands any more, those that fell say so themselves: a key's own end is the one word it may still give. */
    static List<Authority> signers(List<Authority> known) {
        List<Authority> standing = known.stream().filter(Authority::stands).toList();
        return standing.isEmpty() ? known : standing;
    }

    private static boolean isOneOf(List<Authority> signers, Kid authority) {
        return signers.stream().anyMatch(a -> a.kid().equals(authority));
    }

    private SignedDocuments sign(
            ManagedScope scope, List<Authority> signers, DocumentContents contents, long last, Instant now) {
        long sequence = SignedDocuments.sequenceAfter(last, now);
        Instant signedAt = now.truncatedTo(ChronoUnit.SECONDS);
        Instant end = signedAt.plus(scope.terms().validity());
        DocumentContents.Envelope envelope =
                new DocumentContents.Envelope(scope.scope().issuer(), sequence, signedAt, end);
        AuthorityKeys.Signer signer = authorities.signer(scope.name(), signers);
        return new SignedDocuments(
                scope.name(),
                sequence,
                signer.authority().kid(),
                contents.basis(),
                signedAt,
                end,
                authorities.sign(signer, DocumentContents.SET_TYPE, contents.keyClaims(envelope)),
                authorities.sign(signer, DocumentContents.SET_TYPE, contents.historyClaims(envelope)),
                authorities.sign(signer, DocumentContents.REVOCATIONS_TYPE, contents.revocationClaims(envelope)));
    }

    /** The last gate: what no verifier of ours would take is never served. */
    private static void requireReadable(
            ManagedScope scope, SignedDocuments documents, List<Authority> signers, Instant now) {
        PinnedAuthorities pinned =
                PinnedAuthorities.of(scope.name(), scope.scope().issuer(), signers);
        pinned.readRevocations(documents.revocations(), now, Duration.ofSeconds(1));
        pinned.readKeys(documents.keys(), now, Duration.ofSeconds(1));
    }

    private static void write(ManagedScope scope, SignedDocuments documents) {
        for (JwksSink sink : scope.sinks()) {
            sink.publish(documents.scope(), documents.sequence(), documents.files());
        }
    }
}
