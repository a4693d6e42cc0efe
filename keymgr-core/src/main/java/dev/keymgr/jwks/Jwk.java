package dev.keymgr.jwks;

import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.VerificationKey;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One public key in a key set, bound to one algorithm. Immutable.
 *
 * @param issuedAt {@code iat}: when it was generated; whole seconds
 * @param notBefore {@code nbf}: when it began to sign; whole seconds
 * @param expires {@code exp}: from this instant on it is not to be trusted; whole seconds
 * @param binding to its issuer; null where the document does not say
 * @standard RFC 7517 s. 4
 */
public record Jwk(
        Kid kid,
        SigningAlgorithm algorithm,
        VerificationKey publicKey,
        @Nullable Instant issuedAt,
        @Nullable Instant notBefore,
        @Nullable Instant expires,
        @Nullable Binding binding) {

    /**
     * What ties a key to the one issuer it may speak for.
     *
     * @param issuer {@code issuer}: the {@code iss} of the tokens that it may sign
     * @param thumbprint {@code x5t#S256} of its certificate; null where it has none
     * @param chain {@code x5c}: its certificate and those that follow it, in base64; empty where the document leaves them out
     */
    public record Binding(String issuer, @Nullable String thumbprint, List<String> chain) {
        public Binding {
            chain = List.copyOf(chain);
        }
    }

    public Jwk {
        if (!publicKey.fits(algorithm)) {
            throw new IllegalArgumentException("the public key of " + kid + " does not fit " + algorithm);
        }
        requireWholeSeconds(issuedAt);
        requireWholeSeconds(notBefore);
        requireWholeSeconds(expires);
    }

    /** Of a document that does not say whose it is. */
    public Jwk(
            Kid kid,
            SigningAlgorithm algorithm,
            VerificationKey publicKey,
            @Nullable Instant issuedAt,
            @Nullable Instant notBefore,
            @Nullable Instant expires) {
        this(kid, algorithm, publicKey, issuedAt, notBefore, expires, null);
    }

    /**
     * As a document lists it. Seconds are rounded so that rounding alone never rejects a genuine token: beginnings down,
     * the end up.
     */
    public static Jwk of(SigningKey key, Publication.Listing listing) {
        Instant notBefore = listing.notBefore();
        Instant end = listing.expires().truncatedTo(ChronoUnit.SECONDS);
        return new Jwk(
                key.kid(),
                key.algorithm(),
                key.publicKey(),
                listing.issuedAt().truncatedTo(ChronoUnit.SECONDS),
                notBefore == null ? null : notBefore.truncatedTo(ChronoUnit.SECONDS),
                end.equals(listing.expires()) ? end : end.plusSeconds(1),
                binding(key.certificate(), listing.x5c()));
    }

    /** The same with its certificate and those that follow it. */
    public Jwk withChain(KeyCertificate own, List<KeyCertificate> following) {
        List<String> chain = new ArrayList<>(List.of(own.der()));
        following.forEach(certificate -> chain.add(certificate.der()));
        Binding whole = new Binding(own.issuer(), own.thumbprint(), chain);
        return new Jwk(kid, algorithm, publicKey, issuedAt, notBefore, expires, whole);
    }

    private static @Nullable Binding binding(@Nullable KeyCertificate certificate, boolean x5c) {
        return certificate == null
                ? null
                : new Binding(
                        certificate.issuer(), certificate.thumbprint(), x5c ? List.of(certificate.der()) : List.of());
    }

    /** Its members as they are written, in their order: nothing private among them, for there is nothing private here. */
    public Map<String, Object> toMembers() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("kty", algorithm.keyType());
        members.put("use", "sig");
        members.put("key_ops", List.of("verify"));
        members.put("alg", algorithm.name());
        members.put("kid", kid.value());
        publicKey.requiredMembers().forEach(members::putIfAbsent);
        put(members, "iat", issuedAt);
        put(members, "nbf", notBefore);
        put(members, "exp", expires);
        if (binding != null) {
            members.put("issuer", binding.issuer());
            if (binding.thumbprint() != null) {
                members.put("x5t#S256", binding.thumbprint());
            }
            if (!binding.chain().isEmpty()) {
                members.put("x5c", binding.chain());
            }
        }
        return members;
    }

    private static void put(Map<String, Object> members, String name, @Nullable Instant at) {
        if (at != null) {
            members.put(name, at.getEpochSecond());
        }
    }

    private static void requireWholeSeconds(@Nullable Instant at) {
        if (at != null && !at.equals(at.truncatedTo(ChronoUnit.SECONDS))) {
            throw new IllegalArgumentException("a JWK tells time in whole seconds");
        }
    }
}
