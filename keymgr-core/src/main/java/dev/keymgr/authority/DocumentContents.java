package dev.keymgr.authority;

import dev.keymgr.json.Json;
import dev.keymgr.jwks.Jwk;
import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Moment;
import dev.keymgr.key.Publication;
import dev.keymgr.key.SigningKey;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the signed documents of a scope say, but for who signs them when. Pure: the same records give the same content.
 *
 * @param keys the JWKs that are trusted now, each with its certificates; without those that were revoked and those that no
 *     authority vouches for (any more)
 * @param history every key that ever was published
 * @param revoked keys that are trusted no more though their time is not over
 * @param suspended keys of which nothing made after an instant is trusted
 * @param authorities that were revoked
 * @standard OpenID Federation 1.0 s. 8.7
 */
public record DocumentContents(
        List<Map<String, Object>> keys,
        List<Map<String, Object>> history,
        List<Map<String, Object>> revoked,
        List<Map<String, Object>> suspended,
        List<Map<String, Object>> authorities) {
    /** Of the signed set and of the history. */
    public static final String SET_TYPE = "jwk-set+jwt";

    /** Of the list of revocations. */
    public static final String REVOCATIONS_TYPE = "revoked-keys+jwt";

    public DocumentContents {
        keys = List.copyOf(keys);
        history = List.copyOf(history);
        revoked = List.copyOf(revoked);
        suspended = List.copyOf(suspended);
        authorities = List.copyOf(authorities);
    }

    /**
     * Reads it off the records.
     *
     * @param standing what is served, or is about to be
     */
    public static DocumentContents of(Keyring keyring, Publication standing, List<Authority> authorities) {
        List<Map<String, Object>> keys = new ArrayList<>();
        standing.listings().forEach((kid, listing) -> {
            SigningKey key = keyring.require(kid);
            // The plain document keeps a revoked key while it would be empty without it; this one need not.
            if (key.state() == KeyState.COMPROMISED) {
                return;
            }
            voucher(key, authorities)
                    .ifPresent(authority -> keys.add(Jwk.of(key, listing)
                            .withChain(Objects.requireNonNull(key.certificate()), List.of(authority.certificate()))
                            .toMembers()));
        });
        List<Map<String, Object>> history = new ArrayList<>();
        List<Map<String, Object>> revoked = new ArrayList<>();
        List<Map<String, Object>> suspended = new ArrayList<>();
        for (SigningKey key : keyring.keys()) {
            Optional<Instant> published = key.times().find(Moment.PUBLISHED);
            if (published.isPresent()) {
                history.add(entry(key, standing.listings().get(key.kid())));
            }
            if (key.state() == KeyState.COMPROMISED) {
                revoked.add(revocation(key));
            } else if (key.state() == KeyState.SUSPENDED) {
                suspended.add(Map.of(
                        "kid",
                        key.kid().value(),
                        "suspended_at",
                        seconds(key.times().require(Moment.SUSPENDED))));
            }
        }
        List<Map<String, Object>> ended = new ArrayList<>();
        for (Authority authority : authorities) {
            Instant at = authority.revokedAt();
            if (at != null) {
                ended.add(members("kid", authority.kid().value(), "revoked_at", seconds(at)));
            }
        }
        return new DocumentContents(keys, history, revoked, suspended, ended);
    }

    /** The authority that certified a key, if it stands: the word of one that was revoked counts no more. */
    static Optional<Authority> voucher(SigningKey key, List<Authority> authorities) {
        KeyCertificate certificate = key.certificate();
        if (certificate == null) {
            return Optional.empty();
        }
        String issuer = ScopeCertificate.parse(certificate.encoded())
                .getIssuerX500Principal()
                .getName();
        return authorities.stream()
                .filter(a -> a.stands() && issuer.equals("CN=" + a.kid().value()))
                .findFirst();
    }

    private static Map<String, Object> entry(SigningKey key, Publication.@Nullable Listing standing) {
        Instant issued = key.times().generatedAt();
        Instant end = standing != null
                ? standing.expires()
                : key.times()
                        .find(Moment.REMOVED)
                        .or(() -> key.times().find(Moment.COMPROMISED))
                        .or(() -> key.times().find(Moment.DESTROYED))
                        .orElse(issued);
        Publication.Listing listing = new Publication.Listing(
                issued, key.times().find(Moment.ACTIVATED).orElse(null), end);
        Map<String, Object> entry = new LinkedHashMap<>(Jwk.of(key, listing).toMembers());
        if (key.state() == KeyState.COMPROMISED) {
            entry.put(
                    "revoked",
                    members("revoked_at", seconds(key.times().require(Moment.COMPROMISED)), "reason", "compromised"));
        }
        return entry;
    }

    private static Map<String, Object> revocation(SigningKey key) {
        Map<String, Object> entry = members(
                "kid", key.kid().value(), "revoked_at", seconds(key.times().require(Moment.COMPROMISED)));
        if (key.compromise() != null) {
            entry.put("invalid_from", seconds(key.compromise().invalidFrom()));
        }
        entry.put("reason", "compromised");
        return entry;
    }

    private static Map<String, Object> members(String first, Object one, String second, Object other) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put(first, one);
        members.put(second, other);
        return members;
    }

    private static long seconds(Instant at) {
        return at.getEpochSecond();
    }

    /** The digest of all of it. */
    public String basis() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(Json.renderSorted(List.of(keys, history, revoked, suspended, authorities)));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** The claims of {@code jwks.jwt}. */
    public Map<String, Object> keyClaims(Envelope envelope) {
        Map<String, Object> claims = envelope.claims();
        claims.put("keys", keys);
        return claims;
    }

    /** The claims of {@code historical-keys.jwt}. */
    public Map<String, Object> historyClaims(Envelope envelope) {
        Map<String, Object> claims = envelope.claims();
        claims.put("keys", history);
        return claims;
    }

    /** The claims of {@code revoked-keys.jwt}. */
    public Map<String, Object> revocationClaims(Envelope envelope) {
        Map<String, Object> claims = envelope.claims();
        claims.put("revoked", revoked);
        claims.put("suspended", suspended);
        claims.put("authorities", authorities);
        return claims;
    }

    /** What every document says of itself; whole seconds. */
    public record Envelope(String issuer, long sequence, Instant signedAt, Instant expiresAt) {
        private Map<String, Object> claims() {
            Map<String, Object> claims = new LinkedHashMap<>();
            claims.put("iss", issuer);
            claims.put("sub", issuer);
            claims.put("iat", seconds(signedAt));
            claims.put("exp", seconds(expiresAt));
            claims.put("sequence", sequence);
            return claims;
        }
    }
}
