package dev.keymgr.kit;

import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Who plays in a kit: two scopes, and keys of every fate. Made anew for each kit. */
final class Cast {
    private static final String FOIL = "foil";

    private final Span span;
    private final ThrowAwayScope home;
    private final ThrowAwayScope foil;
    private final ThrowAwayKey signing;
    private final ThrowAwayKey standby;
    private final ThrowAwayKey rsa;
    private final ThrowAwayKey expired;
    private final ThrowAwayKey early;
    private final ThrowAwayKey revoked;
    private final ThrowAwayKey suspended;
    private final ThrowAwayKey foreign;
    private final ThrowAwayKey stranger;
    private final ThrowAwayKey strangerRsa;

    /** @param scope its name, issuer and audiences are the only real things in a kit */
    Cast(Scope scope, Instant now, SecureRandom random) {
        this.span = new Span(now);
        ScopeName name = new ScopeName(scope.name().value().equals(FOIL) ? FOIL + "-2" : FOIL);
        this.home = new ThrowAwayScope(scope, span, random);
        this.foil = new ThrowAwayScope(
                new Scope(name, "https://login.invalid/" + name, List.of("https://api.invalid/" + name)), span, random);
        this.signing = ThrowAwayKey.generate(SigningAlgorithm.ES256, random);
        this.standby = ThrowAwayKey.generate(SigningAlgorithm.ES256, random);
        this.rsa = ThrowAwayKey.generate(SigningAlgorithm.RS256, random);
        this.expired = ThrowAwayKey.generate(SigningAlgorithm.ES256, random);
        this.early = ThrowAwayKey.generate(SigningAlgorithm.ES256, random);
        this.revoked = ThrowAwayKey.generate(SigningAlgorithm.ES256, random);
        this.suspended = ThrowAwayKey.generate(SigningAlgorithm.ES256, random);
        this.foreign = ThrowAwayKey.generate(SigningAlgorithm.ES256, random);
        this.stranger = ThrowAwayKey.generate(SigningAlgorithm.ES256, random);
        this.strangerRsa = ThrowAwayKey.generate(SigningAlgorithm.RS256, random);
    }

    Span span() {
        return span;
    }

    ThrowAwayScope home() {
        return home;
    }

    ThrowAwayScope foil() {
        return foil;
    }

    /** Signs for the scope. */
    ThrowAwayKey signing() {
        return signing;
    }

    /** Signs for the scope too. */
    ThrowAwayKey standby() {
        return standby;
    }

    ThrowAwayKey rsa() {
        return rsa;
    }

    /** Listed, and its time is over. */
    ThrowAwayKey expired() {
        return expired;
    }

    /** Listed, and its time has not begun. */
    ThrowAwayKey early() {
        return early;
    }

    /** Listed, and revoked. */
    ThrowAwayKey revoked() {
        return revoked;
    }

    /** Listed, and suspended. */
    ThrowAwayKey suspended() {
        return suspended;
    }

    /** The foil's. */
    ThrowAwayKey foreign() {
        return foreign;
    }

    /** Nobody's. */
    ThrowAwayKey stranger() {
        return stranger;
    }

    ThrowAwayKey strangerRsa() {
        return strangerRsa;
    }

    Scope scope() {
        return home.scope();
    }

    String audience() {
        return scope().audiences().get(0);
    }

    /** Of a token with nothing wrong; a copy to change. */
    Map<String, Object> claims() {
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", scope().issuer());
        claims.put("trust_scope", scope().name().value());
        claims.put("sub", "somebody");
        claims.put("client_id", "kit");
        claims.put("aud", audience());
        claims.put("iat", span.made().getEpochSecond());
        claims.put("exp", span.end().getEpochSecond());
        claims.put("jti", "kit");
        return claims;
    }

    Map<String, Object> claimsWith(String name, Object value) {
        Map<String, Object> claims = claims();
        claims.put(name, value);
        return claims;
    }

    Map<String, Object> claimsWithout(String name) {
        Map<String, Object> claims = claims();
        claims.remove(name);
        return claims;
    }

    /** Of a token with nothing wrong that this key signs; a copy to change. */
    static Map<String, Object> header(ThrowAwayKey key) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", key.algorithm().name());
        header.put("kid", key.kid().value());
        header.put("typ", "at+jwt");
        return header;
    }

    static Map<String, Object> headerWith(ThrowAwayKey key, String name, Object value) {
        Map<String, Object> header = header(key);
        header.put(name, value);
        return header;
    }

    /** A token with nothing wrong but perhaps its claims. */
    String token(Map<String, ?> claims) {
        return token(signing, claims);
    }

    static String token(ThrowAwayKey key, Map<String, ?> claims) {
        return Compact.of(header(key), claims, key::sign);
    }

    /** Signed with its key, whatever the header says. */
    String token(ThrowAwayKey key, Map<String, ?> header, Map<String, ?> claims) {
        return Compact.of(header, claims, key::sign);
    }
}
