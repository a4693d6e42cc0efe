package dev.keymgr.kit;

import dev.keymgr.kit.Case.Source;
import dev.keymgr.token.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tokens of keys that are listed and not to be trusted, of none that is listed, and with a key of their own along. */
final class KeyCases {
    private static final String CARRIED = "RFC 8725 s. 3.10";

    private final Cast cast;

    KeyCases(Cast cast) {
        this.cast = cast;
    }

    List<Case> standing() {
        String revocations = "keymgr: revoked-keys.jwt";
        Case revoked = Case.ours(
                "revoked-key",
                Verdict.REVOKED_KEY,
                Cast.token(cast.revoked(), cast.claims()),
                "revoked-keys.jwt names it; the set still lists it, as a cache would",
                revocations);
        return List.of(
                Case.ours(
                        "expired-key",
                        Verdict.EXPIRED_KEY,
                        Cast.token(cast.expired(), cast.claims()),
                        "the exp of the key has passed: the key of Storm-0558 was five years over its time",
                        "OpenID Federation 1.0 s. 8.7.2"),
                Case.ours(
                        "key-not-begun",
                        Verdict.EXPIRED_KEY,
                        Cast.token(cast.early(), cast.claims()),
                        "made before the nbf of its key: whoever signs with a standby has stolen it",
                        "OpenID Federation 1.0 s. 8.7.2"),
                revoked,
                new Case(
                        "revoked-key-signed",
                        revoked.level(),
                        revoked.token(),
                        KitDocuments.GOOD,
                        Source.SIGNED,
                        revoked.verdict(),
                        "the same with the signed set",
                        revocations),
                Case.ours(
                        "suspended-key",
                        Verdict.REVOKED_KEY,
                        Cast.token(cast.suspended(), cast.claims()),
                        "made after its key was suspended",
                        revocations));
    }

    List<Case> names() {
        Map<String, Object> unnamed = Cast.header(cast.signing());
        unnamed.remove("kid");
        String kid = "RFC 7515 s. 4.1.4";
        return List.of(
                Case.owedByAll(
                        "unknown-key",
                        Verdict.UNKNOWN_KEY,
                        Cast.token(cast.stranger(), cast.claims()),
                        "a key of nobody under its own kid",
                        kid),
                Case.owedByAll(
                        "kid-copied",
                        Verdict.BAD_SIGNATURE,
                        cast.token(
                                cast.stranger(),
                                Cast.headerWith(
                                        cast.stranger(),
                                        "kid",
                                        cast.signing().kid().value()),
                                cast.claims()),
                        "a key of nobody under the kid of ours",
                        kid),
                Case.owedByAll(
                        "kid-is-a-path",
                        Verdict.UNKNOWN_KEY,
                        cast.token(
                                cast.stranger(),
                                Cast.headerWith(cast.stranger(), "kid", "../../../dev/null' OR '1'='1"),
                                cast.claims()),
                        "a kid is text from a stranger: no path, no query",
                        CARRIED),
                Case.of(
                        "kid-unknown",
                        Level.FORM,
                        Verdict.UNKNOWN_KEY,
                        cast.token(
                                cast.signing(),
                                Cast.headerWith(
                                        cast.signing(),
                                        "kid",
                                        cast.stranger().kid().value()),
                                cast.claims()),
                        "our key under a kid of nobody: keys are not tried one by one",
                        kid),
                Case.form(
                        "kid-missing",
                        cast.token(cast.signing(), unnamed, cast.claims()),
                        "our key without its kid: keys are not tried one by one",
                        kid));
    }

    List<Case> bait() {
        Map<String, Object> jwk =
                new LinkedHashMap<>(cast.stranger().publicKey().requiredMembers());
        Map<String, Object> renamed = new LinkedHashMap<>(jwk);
        renamed.put("kid", cast.signing().kid().value());
        List<String> chain = cast.foil()
                                .vouchFor(
                                        cast.stranger(),
                                        cast.foil()
                                                .list(
                                                        cast.stranger(),
                                                        null,
                                                        cast.span().farAhead()))
                                .toMembers()
                                .get("x5c")
                        instanceof List<?> certificates
                ? certificates.stream().map(String::valueOf).toList()
                : List.of();
        return List.of(
                bait(
                        "jku-bait",
                        cast.stranger(),
                        "jku",
                        "https://bait.invalid/jwks.json",
                        "it says where its key is to be fetched"),
                bait(
                        "x5u-bait",
                        cast.stranger(),
                        "x5u",
                        "https://bait.invalid/chain.pem",
                        "it says where its certificate is to be fetched"),
                bait("jwk-bait", cast.stranger(), "jwk", jwk, "it brings its key along"),
                bait("x5c-bait", cast.stranger(), "x5c", chain, "it brings its certificate along"),
                baitUnderOurKid(renamed),
                bait(
                                "jku-idle",
                                cast.signing(),
                                "jku",
                                "https://bait.invalid/jwks.json",
                                "our key signed, and yet the header says where to fetch one")
                        .atLevel(Level.FORM));
    }

    private Case bait(String id, ThrowAwayKey signer, String member, Object value, String why) {
        String token = cast.token(signer, Cast.headerWith(signer, member, value), cast.claims());
        return Case.owedByAll(id, Verdict.MALFORMED, token, why, CARRIED);
    }

    private Case baitUnderOurKid(Map<String, Object> jwk) {
        Map<String, Object> header = Cast.headerWith(cast.stranger(), "jwk", jwk);
        header.put("kid", cast.signing().kid().value());
        return Case.owedByAll(
                "jwk-bait-kid-copied",
                Verdict.MALFORMED,
                cast.token(cast.stranger(), header, cast.claims()),
                "it brings its key along under the kid of ours",
                CARRIED);
    }
}
