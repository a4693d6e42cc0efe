package dev.keymgr.drill;

import dev.keymgr.hsm.Hsm;
import dev.keymgr.json.Json;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.jwks.Jwk;
import dev.keymgr.jwks.PlatformKey;
import dev.keymgr.key.Publication.Listing;
import dev.keymgr.key.Scope;
import dev.keymgr.key.SigningKey;
import dev.keymgr.kit.Compact;
import dev.keymgr.token.VerificationPolicy;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Somebody who has the use of a signing key, and signs with it whatever he likes. No key of ours can be carried off: no code here
 * can make one that could. Whoever has its token's PIN can do the same with it.
 */
final class Attacker {
    private static final long LIFE_SECONDS = 3;

    private final Hsm hsm;
    private final SigningKey stolen;

    Attacker(Hsm hsm, SigningKey stolen) {
        this.hsm = hsm;
        this.stolen = stolen;
    }

    /**
     * A token that should be refused.
     *
     * @param layer what refuses it, in words
     */
    record Forgery(String what, String token, String layer) {}

    /** A token of the key's own scope, as genuine as any: until the key is revoked. */
    String token(Scope scope, Instant now) {
        return sign(header(stolen.kid().value()), claims(scope, now));
    }

    /** One such token for each second to come, for a time in which the key itself may be gone from its token. */
    Map<Long, String> stock(Scope scope, Instant from, Duration length) {
        Map<Long, String> stock = new HashMap<>();
        for (long second = 0; second <= length.toSeconds(); second++) {
            Instant at = from.plusSeconds(second);
            stock.put(at.getEpochSecond(), token(scope, at));
        }
        return stock;
    }

    /** Every way known here to have a verifier of another scope believe it. */
    List<Forgery> forgeries(Scope own, Scope target, SigningKey targets, URI ownDocuments, Instant now) {
        Map<String, Object> claims = claims(target, now);
        String kid = stolen.kid().value();
        List<Forgery> all = new ArrayList<>();
        all.add(new Forgery("all claims of the target", sign(header(kid), claims), "keys of its own issuer only"));
        all.add(new Forgery("a token of its own scope", token(own, now), "keys of its own issuer only"));
        all.add(new Forgery(
                "under the kid of a target's key",
                sign(header(targets.kid().value()), claims),
                "the signature is checked by the key that the kid names"));
        String noAddress = "no key and no address is taken from a token";
        all.add(new Forgery("jku to its own key set", with("jku", ownDocuments + "/jwks.json", claims), noAddress));
        all.add(new Forgery("its public key as jwk", with("jwk", jwk(now), claims), noAddress));
        all.add(new Forgery("its certificate as x5c", with("x5c", List.of(certificate()), claims), noAddress));
        all.add(new Forgery(
                "its certificate's address as x5u", with("x5u", ownDocuments + "/key.pem", claims), noAddress));
        all.add(new Forgery(
                "no kid", sign(Map.of("alg", algorithm(), "typ", type()), claims), "a token names its key"));
        all.add(new Forgery("alg none", unsigned(claims), "one algorithm for each key, and none is none"));
        all.add(new Forgery(
                "HS256 with the target's public key for a secret",
                macked(targets, claims),
                "one algorithm for each key, and no symmetric one"));
        return all;
    }

    /** What the key's own verifiers are to refuse. */
    List<Forgery> athome(Scope own, Scope target, Instant now) {
        Map<String, Object> foreignAudience = claims(own, now);
        foreignAudience.put("aud", target.audiences().get(0));
        Map<String, Object> foreignIssuer = claims(own, now);
        foreignIssuer.put("iss", target.issuer());
        String kid = stolen.kid().value();
        return List.of(
                new Forgery("an audience of the target", sign(header(kid), foreignAudience), "aud binds the token"),
                new Forgery("the issuer of the target", sign(header(kid), foreignIssuer), "iss binds the token"));
    }

    private static Map<String, Object> claims(Scope scope, Instant now) {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", scope.issuer());
        claims.put("trust_scope", scope.name().value());
        claims.put("sub", "storm");
        claims.put("aud", scope.audiences().get(0));
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.getEpochSecond() + LIFE_SECONDS);
        return claims;
    }

    private Map<String, Object> header(String kid) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", algorithm());
        header.put("kid", kid);
        header.put("typ", type());
        return header;
    }

    private String algorithm() {
        return stolen.algorithm().name();
    }

    private static String type() {
        return VerificationPolicy.ACCESS_TOKEN;
    }

    private String with(String member, Object value, Map<String, Object> claims) {
        Map<String, Object> header = header(stolen.kid().value());
        header.put(member, value);
        return sign(header, claims);
    }

    private Map<String, Object> jwk(Instant now) {
        return Jwk.of(stolen, new Listing(now, null, now.plusSeconds(LIFE_SECONDS)))
                .toMembers();
    }

    private String certificate() {
        return Objects.requireNonNull(stolen.certificate()).der();
    }

    private String sign(Map<String, ?> header, Map<String, ?> claims) {
        UnaryOperator<byte[]> signer = input -> hsm.sign(stolen.location().id(), stolen.algorithm(), input);
        return Compact.of(header, claims, signer);
    }

    private static String unsigned(Map<String, ?> claims) {
        byte[] header = Json.render(Map.of("alg", "none", "typ", type()));
        return Base64Url.encode(header) + '.' + Base64Url.encode(Json.render(claims)) + '.';
    }

    private static String macked(SigningKey target, Map<String, ?> claims) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", "HS256");
        header.put("kid", target.kid().value());
        header.put("typ", type());
        byte[] secret = PlatformKey.of(target.publicKey()).getEncoded();
        return Compact.of(header, claims, input -> {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(secret, "HmacSHA256"));
                return mac.doFinal(input);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("every Java platform has HMAC with SHA-256", e);
            }
        });
    }
}
