package dev.keymgr.testkit;

import dev.keymgr.authority.Authority;
import dev.keymgr.authority.DocumentContents;
import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.authority.ScopeCertificate;
import dev.keymgr.json.Json;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.jwks.Jwk;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Scope;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An authority whose key a test holds: it signs also what no authority of ours would. */
public record TestAuthority(Scope scope, TestKey key, Authority authority) {
    public static TestAuthority of(Scope scope, String token, Instant now) {
        TestKey key = TestKey.generate(SigningAlgorithm.ES384);
        KeyCertificate certificate = ScopeCertificate.ofAuthority(scope, key.publicKey(), now, key::sign);
        return new TestAuthority(
                scope,
                key,
                new Authority(
                        scope.name(),
                        new KeyLocation(new TokenLabel(token), new CkaId("00".repeat(16))),
                        key.publicKey(),
                        certificate,
                        now,
                        null));
    }

    public static PinnedAuthorities pinned(Scope scope, TestAuthority... signers) {
        return PinnedAuthorities.of(
                scope.name(),
                scope.issuer(),
                List.of(signers).stream().map(TestAuthority::authority).toList());
    }

    /** A key as the signed set lists it: certified for this scope from an hour ago on. */
    public Jwk certified(TestKey signing, Instant now) {
        KeyCertificate certificate = ScopeCertificate.ofKey(
                scope, authority, signing.publicKey(), now.minus(Duration.ofHours(1)), key::sign);
        return signing.jwk().withChain(certificate, List.of(authority.certificate()));
    }

    /** A set that lists these as they are, whoever's they are. */
    public String set(long sequence, Instant now, Duration validity, List<Map<String, Object>> keys) {
        Map<String, Object> claims = envelope(sequence, now, validity);
        claims.put("keys", keys);
        return jwt(DocumentContents.SET_TYPE, claims);
    }

    public String revocations(
            long sequence,
            Instant now,
            Duration validity,
            List<Map<String, Object>> revoked,
            List<Map<String, Object>> authorities) {
        Map<String, Object> claims = envelope(sequence, now, validity);
        claims.put("revoked", revoked);
        claims.put("suspended", List.of());
        claims.put("authorities", authorities);
        return jwt(DocumentContents.REVOCATIONS_TYPE, claims);
    }

    private Map<String, Object> envelope(long sequence, Instant now, Duration validity) {
        Instant signedAt = now.truncatedTo(ChronoUnit.SECONDS);
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", scope.issuer());
        claims.put("sub", scope.issuer());
        claims.put("iat", signedAt.getEpochSecond());
        claims.put("exp", signedAt.plus(validity).getEpochSecond());
        claims.put("sequence", sequence);
        return claims;
    }

    public String jwt(String type, Map<String, ?> claims) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", "ES384");
        header.put("kid", key.kid().value());
        header.put("typ", type);
        return signed(key, header, claims);
    }

    public static String signed(TestKey key, Map<String, ?> header, Map<String, ?> claims) {
        String input = Base64Url.encode(Json.render(header)) + '.' + Base64Url.encode(Json.render(claims));
        return input + '.' + Base64Url.encode(key.sign(input.getBytes(StandardCharsets.US_ASCII)));
    }
}
