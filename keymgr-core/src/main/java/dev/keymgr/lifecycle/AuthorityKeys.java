package dev.keymgr.lifecycle;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.authority.Authority;
import dev.keymgr.authority.AuthorityRecords;
import dev.keymgr.authority.DocumentSigner;
import dev.keymgr.authority.ScopeCertificate;
import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.TokenKey;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.json.Json;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Moment;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.key.VerificationKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The authorities of each scope, and what they sign. For many threads. */
final class AuthorityKeys implements DocumentSigner {
    private static final int ID_BYTES = 16;

    private final Ledger ledger;
    private final Tokens tokens;
    private final SecureRandom random;

    AuthorityKeys(Ledger ledger, Tokens tokens, SecureRandom random) {
        this.ledger = ledger;
        this.tokens = tokens;
        this.random = random;
    }

    /** One in each token of the scope that has none that stands and can sign. Under the lock of the scope. */
    List<Authority> establish(ManagedScope scope) {
        return scope.policy().tokens().stream()
                .map(token -> standing(scope.name()).stream()
                        .filter(a -> a.location().token().equals(token) && isWhole(tokens.require(token), a))
                        .findFirst()
                        .orElseGet(() -> establish(scope, token)))
                .toList();
    }

    /** A token that was lost, or restored from a backup, may not have it. */
    private static boolean isWhole(Hsm hsm, Authority authority) {
        return hsm.find(authority.location().id())
                .filter(found -> authority.publicKey().equals(found.publicKey()))
                .isPresent();
    }

    private Authority establish(ManagedScope scope, TokenLabel token) {
        Hsm hsm = tokens.require(token);
        Instant now = now();

        // 1. Say where it will lie. A crash after this, up to 5: the next attempt comes to the same place.
        KeyLocation place = intended(scope.name(), token, now);

        // 2. What lies there goes: after the restore of a backup from the middle of an attempt it may be the key of an
        //    authority that was revoked since.
        hsm.destroy(place.id());

        // 3. Make the key.
        TokenKey made = hsm.generate(place.id(), Authority.ALGORITHM, now);
        VerificationKey publicKey = made.publicKey();
        if (publicKey == null || !made.attributes().violations().isEmpty()) {
            throw new HsmException(
                    ErrorCode.TOKEN_REFUSED,
                    token,
                    "the authority " + place.id() + " was not made as asked: "
                            + made.attributes().violations() + "; it was not recorded",
                    null);
        }

        // 4. Its certificate, by itself, and what every verifier will ask of it.
        KeyCertificate certificate =
                ScopeCertificate.ofAuthority(scope.scope(), publicKey, now, signing(hsm, place.id()));
        ScopeCertificate.requireAuthority(
                ScopeCertificate.parse(certificate.encoded()),
                scope.name(),
                scope.scope().issuer());

        // 5. From here it may vouch.
        Authority authority = new Authority(scope.name(), place, publicKey, certificate, now, null);
        ledger.records()
                .authorities()
                .establish(
                        authority,
                        ledger.event(
                                AuditAction.AUTHORITY_ESTABLISHED,
                                scope.name(),
                                authority.kid(),
                                now,
                                Map.of("token", token.value(), "certificate", certificate.thumbprint())));
        return authority;
    }

    private KeyLocation intended(ScopeName scope, TokenLabel token, Instant now) {
        AuthorityRecords records = ledger.records().authorities();
        return records.intents(scope).stream()
                .filter(place -> place.token().equals(token))
                .findFirst()
                .orElseGet(() -> {
                    KeyLocation place = new KeyLocation(token, freshId());
                    Map<String, String> where =
                            Map.of("token", token.value(), "cka-id", place.id().toString());
                    records.intend(
                            scope, place, now, ledger.event(AuditAction.AUTHORITY_INTENDED, scope, null, now, where));
                    return place;
                });
    }

    private CkaId freshId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return new CkaId(HexFormat.of().formatHex(bytes));
    }

    /**
     * The key whose revocation takes an authority with it: whoever may have more of a token than one key may have its authority
     * vouch. Read off the keyring, so that whichever way the revocation came, and wherever it broke off, the authority falls.
     */
    static Optional<SigningKey> undoing(Authority authority, Keyring keyring) {
        return keyring.keys().stream()
                .filter(key ->
                        key.location().token().equals(authority.location().token()))
                .filter(key -> key.compromise() != null && key.compromise().cause() != Compromise.Cause.KEY)
                .filter(key -> !authority.establishedAt().isAfter(key.times().require(Moment.COMPROMISED)))
                .findFirst();
    }

    /** Ends trust in those that are undone. Safe to repeat. */
    List<Advance.Done> revokeUndone(Keyring keyring) {
        List<Advance.Done> done = new ArrayList<>();
        for (Authority authority : standing(keyring.scope())) {
            undoing(authority, keyring).ifPresent(key -> done.add(revoke(authority, key)));
        }
        return done;
    }

    private Advance.Done revoke(Authority authority, SigningKey undoing) {
        TokenLabel token = authority.location().token();
        String reason = Objects.requireNonNull(undoing.compromise()).reason();
        Instant now = now();
        ledger.records()
                .authorities()
                .revoke(
                        authority.scope(),
                        authority.kid(),
                        now,
                        ledger.event(
                                AuditAction.AUTHORITY_REVOKED,
                                authority.scope(),
                                authority.kid(),
                                now,
                                Map.of("token", token.value(), "reason", reason)));
        return new Advance.Done(now, "revoke authority " + authority.kid().prefix() + " in " + token, reason);
    }

    /**
     * Certifies a key that was just made, by an authority in its own token, or another of the scope where that has none.
     *
     * @return empty where the scope has no authority
     */
    Optional<KeyCertificate> certify(ManagedScope scope, SigningKey key) {
        TokenLabel own = key.location().token();
        List<Authority> standing = standing(scope.name()).stream()
                .sorted(Comparator.comparing(a -> !a.location().token().equals(own)))
                .toList();
        if (standing.isEmpty()) {
            return Optional.empty();
        }
        Signer signer = signer(scope.name(), standing);
        return Optional.of(ScopeCertificate.ofKey(
                scope.scope(),
                signer.authority(),
                key.publicKey(),
                key.times().generatedAt(),
                signing(signer.hsm(), signer.authority().location().id())));
    }

    @Override
    public String sign(ScopeName scope, String type, Map<String, ?> claims) {
        return sign(signer(scope, SignedPublisher.signers(authorities(scope))), type, claims);
    }

    /** An authority that its token has just shown. */
    record Signer(Authority authority, Hsm hsm) {}

    /** The first that its token still has. */
    Signer signer(ScopeName scope, List<Authority> choice) {
        KeymgrException failure = null;
        for (Authority authority : choice) {
            try {
                Hsm hsm = tokens.require(authority.location().token());
                if (isWhole(hsm, authority)) {
                    return new Signer(authority, hsm);
                }
                failure = suppressing(missing(authority), failure);
            } catch (KeymgrException e) {
                failure = suppressing(e, failure);
            }
        }
        throw failure != null
                ? failure
                : new KeymgrException(
                        ErrorCode.STALE,
                        "scope " + scope + " has no authority that stands; nothing was signed; make one: keymgr init");
    }

    private static HsmException missing(Authority authority) {
        return new HsmException(
                ErrorCode.TOKEN_KEY_MISSING,
                authority.location().token(),
                "the token has authority " + authority.kid().prefix()
                        + " no more, or not whole; make one: keymgr init");
    }

    private static KeymgrException suppressing(KeymgrException next, @Nullable KeymgrException before) {
        if (before != null) {
            next.addSuppressed(before);
        }
        return next;
    }

    String sign(Signer signer, String type, Map<String, ?> claims) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", Authority.ALGORITHM.name());
        header.put("kid", signer.authority().kid().value());
        header.put("typ", type);
        String input = base64url(Json.render(header)) + '.' + base64url(Json.render(claims));
        byte[] signature = signing(signer.hsm(), signer.authority().location().id())
                .apply(input.getBytes(StandardCharsets.US_ASCII));
        return input + '.' + base64url(signature);
    }

    private static UnaryOperator<byte[]> signing(Hsm hsm, CkaId id) {
        return input -> hsm.sign(id, Authority.ALGORITHM, input);
    }

    List<Authority> authorities(ScopeName scope) {
        return ledger.records().authorities().authorities(scope);
    }

    private List<Authority> standing(ScopeName scope) {
        return authorities(scope).stream().filter(Authority::stands).toList();
    }

    private Instant now() {
        return ledger.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String base64url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
