package dev.keymgr.authority;

import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.jwks.Jwk;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.JwkSetParser;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.VerificationKey;
import dev.keymgr.token.JwsVerifier;
import dev.keymgr.token.TokenRejectedException;
import dev.keymgr.token.VerifiedJws;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The authorities of one scope that a verifier trusts, and nothing else: what they did not sign is refused, and so is a key
 * that they certified for no scope or another one. Immutable, for many threads.
 *
 * @standard OpenID Federation 1.0 s. 8.7
 */
public final class PinnedAuthorities {
    /** The longest signed document that is looked at, in characters. */
    public static final int CHARACTERS_MAX = 1 << 19;

    private static final int PINNED_MAX = 16;
    private static final long SECONDS_MAX = 253_402_300_799L;

    private final ScopeName scope;
    private final String issuer;
    private final Map<Kid, X509Certificate> certificates;
    private final JwsVerifier verifier;

    private PinnedAuthorities(ScopeName scope, String issuer, Map<Kid, X509Certificate> certificates) {
        this.scope = scope;
        this.issuer = issuer;
        this.certificates = Map.copyOf(certificates);
        List<Jwk> keys = new ArrayList<>();
        certificates.forEach((kid, certificate) ->
                keys.add(new Jwk(kid, Authority.ALGORITHM, keyOf(certificate), null, null, null)));
        this.verifier = new JwsVerifier(JwkSet.of(keys), CHARACTERS_MAX);
    }

    /**
     * Pins certificates.
     *
     * @param pem one or more certificates in PEM
     * @throws KeymgrException DOCUMENT_REFUSED when one of them is not an authority's of that scope and issuer, or there is
     *     none
     */
    public static PinnedAuthorities fromPem(ScopeName scope, String issuer, byte[] pem) {
        try {
            Map<Kid, X509Certificate> found = new LinkedHashMap<>();
            for (X509Certificate authority : certificates(pem)) {
                ScopeCertificate.requireAuthority(authority, scope, issuer);
                found.put(Kid.of(keyOf(authority)), authority);
            }
            if (found.isEmpty() || found.size() > PINNED_MAX) {
                throw new IllegalArgumentException(found.size() + " certificates; 1 to " + PINNED_MAX + " are pinned");
            }
            return new PinnedAuthorities(scope, issuer, found);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw refused(scope, e);
        }
    }

    /**
     * The issuer that the first of the certificates was made for: for who has nothing but them. Trusts nothing yet.
     *
     * @throws KeymgrException as {@link #fromPem}
     */
    public static String issuerOf(ScopeName scope, byte[] pem) {
        try {
            return ScopeCertificate.issuerOf(certificates(pem).stream()
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("there is no certificate")));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw refused(scope, e);
        }
    }

    private static List<X509Certificate> certificates(byte[] pem) throws GeneralSecurityException {
        List<X509Certificate> found = new ArrayList<>();
        for (Certificate certificate :
                CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
            found.add((X509Certificate) certificate);
        }
        return found;
    }

    private static KeymgrException refused(ScopeName scope, Exception cause) {
        return new KeymgrException(
                ErrorCode.DOCUMENT_REFUSED,
                "the pinned authorities of scope " + scope + " are refused: " + cause.getMessage()
                        + "; nothing is trusted; get them with: keymgr authority " + scope,
                cause);
    }

    /** These authorities themselves, as their scope knows them, whether they stand or not. */
    public static PinnedAuthorities of(ScopeName scope, String issuer, Collection<Authority> authorities) {
        Map<Kid, X509Certificate> found = new LinkedHashMap<>();
        authorities.forEach(
                a -> found.put(a.kid(), ScopeCertificate.parse(a.certificate().encoded())));
        return new PinnedAuthorities(scope, issuer, found);
    }

    private static VerificationKey keyOf(X509Certificate certificate) {
        if (certificate.getPublicKey() instanceof ECPublicKey key) {
            VerificationKey.Ec point = new VerificationKey.Ec(
                    "P-384", key.getW().getAffineX(), key.getW().getAffineY());
            if (key.getParams().getOrder().bitLength() == 384) {
                return point;
            }
        }
        throw new IllegalArgumentException("an authority's key is not on P-384");
    }

    public ScopeName scope() {
        return scope;
    }

    public String issuer() {
        return issuer;
    }

    public Set<Kid> kids() {
        return certificates.keySet();
    }

    /** The same without some, whose word counts no more. May be left with none, which trusts nothing. */
    public PinnedAuthorities without(Set<Kid> revoked) {
        Map<Kid, X509Certificate> left = new HashMap<>(certificates);
        left.keySet().removeAll(revoked);
        return left.size() == certificates.size() ? this : new PinnedAuthorities(scope, issuer, left);
    }

    /**
     * Reads a {@code jwks.jwt}.
     *
     * @param skew by how much the signer's clock may be ahead
     * @throws KeymgrException DOCUMENT_REFUSED naming what does not hold, also when its time is over; nothing of it is to be
     *     trusted
     */
    public SignedKeySet readKeys(String compact, Instant now, Duration skew) {
        return reading("signed set", () -> {
            Map<String, Object> claims = claims(compact, DocumentContents.SET_TYPE, now, skew);
            JwkSet keys = JwkSetParser.parse(Json.render(Map.of("keys", requireList(claims, "keys"))));
            List<X509Certificate> authorities = List.copyOf(certificates.values());
            for (Jwk key : keys.keys()) {
                requireCertified(key, authorities, now);
            }
            return new SignedKeySet(
                    requireNumber(claims, "sequence"), requireTime(claims, "iat"), requireTime(claims, "exp"), keys);
        });
    }

    private void requireCertified(Jwk key, List<X509Certificate> authorities, Instant now) {
        Jwk.Binding binding = key.binding();
        if (binding == null || binding.chain().isEmpty()) {
            throw new IllegalArgumentException("key " + key.kid().prefix() + " has no certificate");
        }
        try {
            X509Certificate certificate = ScopeCertificate.parse(
                    Base64.getDecoder().decode(binding.chain().get(0)));
            ScopeCertificate.require(certificate, key.publicKey(), authorities, scope, issuer, now);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("key " + key.kid().prefix() + ": " + e.getMessage(), e);
        }
    }

    /**
     * Reads a {@code revoked-keys.jwt}.
     *
     * @throws KeymgrException as {@link #readKeys}
     */
    public RevocationList readRevocations(String compact, Instant now, Duration skew) {
        return reading("list of revocations", () -> {
            Map<String, Object> claims = claims(compact, DocumentContents.REVOCATIONS_TYPE, now, skew);
            Map<Kid, Instant> suspended = new HashMap<>();
            for (Map<?, ?> entry : entries(claims, "suspended")) {
                suspended.put(kidOf(entry), requireTime(entry, "suspended_at"));
            }
            return new RevocationList(
                    requireNumber(claims, "sequence"),
                    requireTime(claims, "iat"),
                    requireTime(claims, "exp"),
                    kids(claims, "revoked"),
                    suspended,
                    kids(claims, "authorities"));
        });
    }

    private interface Reading<T> {
        T read() throws TokenRejectedException;
    }

    private <T> T reading(String what, Reading<T> reading) {
        try {
            return reading.read();
        } catch (TokenRejectedException e) {
            throw refused(what, e.getMessage(), e);
        } catch (JsonException | IllegalArgumentException e) {
            throw refused(what, e.getMessage(), e);
        }
    }

    private KeymgrException refused(String what, @Nullable String reason, Exception cause) {
        return new KeymgrException(
                ErrorCode.DOCUMENT_REFUSED,
                "the " + what + " of scope " + scope + " is refused: " + reason + "; nothing of it is trusted",
                cause);
    }

    private Map<String, Object> claims(String compact, String type, Instant now, Duration skew)
            throws TokenRejectedException {
        VerifiedJws jws = verifier.verify(compact);
        if (!type.equals(jws.type().orElse(null))) {
            throw new IllegalArgumentException("its typ is not " + type);
        }
        Map<String, Object> claims = Json.parseObject(jws.payload());
        if (!issuer.equals(claims.get("iss")) || !issuer.equals(claims.get("sub"))) {
            throw new IllegalArgumentException("its iss and sub are not " + issuer);
        }
        if (requireTime(claims, "iat").isAfter(now.plus(skew))) {
            throw new IllegalArgumentException("it was signed in the future");
        }
        Instant end = requireTime(claims, "exp");
        if (!now.isBefore(end)) {
            throw new IllegalArgumentException("its time was over at " + end);
        }
        return claims;
    }

    private static Set<Kid> kids(Map<?, ?> claims, String name) {
        Set<Kid> kids = new HashSet<>();
        entries(claims, name).forEach(entry -> kids.add(kidOf(entry)));
        return kids;
    }

    private static List<Map<?, ?>> entries(Map<?, ?> claims, String name) {
        List<Map<?, ?>> entries = new ArrayList<>();
        for (Object element : requireList(claims, name)) {
            if (!(element instanceof Map<?, ?> entry)) {
                throw new IllegalArgumentException(name + " has an entry that is no object");
            }
            entries.add(entry);
        }
        return entries;
    }

    private static Kid kidOf(Map<?, ?> entry) {
        if (entry.get("kid") instanceof String kid) {
            return new Kid(kid);
        }
        throw new IllegalArgumentException("an entry has no kid");
    }

    private static List<?> requireList(Map<?, ?> claims, String name) {
        if (claims.get(name) instanceof List<?> list) {
            return list;
        }
        throw new IllegalArgumentException(name + " is not an array");
    }

    private static long requireNumber(Map<?, ?> claims, String name) {
        if (claims.get(name) instanceof Long number && number >= 0) {
            return number;
        }
        throw new IllegalArgumentException(name + " is not a whole number");
    }

    private static Instant requireTime(Map<?, ?> claims, String name) {
        long seconds = requireNumber(claims, name);
        if (seconds > SECONDS_MAX) {
            throw new IllegalArgumentException(name + " is no time");
        }
        return Instant.ofEpochSecond(seconds);
    }
}
