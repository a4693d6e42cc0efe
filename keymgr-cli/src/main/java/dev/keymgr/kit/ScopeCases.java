package dev.keymgr.kit;

import dev.keymgr.kit.Case.Source;
import dev.keymgr.token.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Genuine tokens, and what the key of another scope signs: the incident that keymgr exists for. */
final class ScopeCases {
    private static final String ISSUER_CLAUSE = "RFC 8725 s. 3.8";

    private ScopeCases() {}

    static List<Case> genuine(Cast cast) {
        String audience = "RFC 7519 s. 4.1.3";
        return List.of(
                accepted("good", cast.token(cast.claims()), "aud is one string", audience),
                accepted(
                        "good-audience-array",
                        cast.token(cast.claimsWith("aud", List.of(cast.audience()))),
                        "aud is an array of one",
                        audience),
                accepted(
                        "good-audience-among-others",
                        cast.token(cast.claimsWith("aud", List.of("https://api.invalid/other", cast.audience()))),
                        "aud is an array, and the audience is one of several",
                        audience),
                accepted(
                        "good-other-key",
                        Cast.token(cast.standby(), cast.claims()),
                        "the next key signs; a set has several",
                        "RFC 7517 s. 5"),
                accepted(
                        "good-rs256",
                        Cast.token(cast.rsa(), cast.claims()),
                        "a key of another algorithm in the same set",
                        "RFC 7518 s. 3.3"),
                accepted(
                        "good-unknown-claims",
                        cast.token(cast.claimsWith(
                                "urn:example:more", Map.of("name", "\u017Bółć", "list", List.of(1, true, "x")))),
                        "claims that nobody knows are ignored",
                        "RFC 7519 s. 4"));
    }

    private static Case accepted(String id, String token, String why, String clause) {
        return Case.owedByAll(id, Verdict.ACCEPTED, token, why, clause);
    }

    static List<Case> crossScope(Cast cast) {
        ThrowAwayKey foreign = cast.foreign();
        Map<String, Object> kidCopied =
                Cast.headerWith(foreign, "kid", cast.signing().kid().value());
        String ofForeignKey = Cast.token(foreign, cast.claims());
        return List.of(
                crossed(
                        "cross-scope",
                        ofForeignKey,
                        "another scope's key signs our claims: Storm-0558; the key must belong to the issuer"),
                crossed(
                        "cross-scope-kid-copied",
                        cast.token(foreign, kidCopied, cast.claims()),
                        "the same under the kid of one of our keys"),
                crossed(
                        "cross-scope-foreign-token",
                        Cast.token(foreign, foreignClaims(cast)),
                        "a good token of the other scope is none here"),
                Case.ours(
                                "cross-scope-listed",
                                Verdict.CROSS_SCOPE,
                                ofForeignKey,
                                "the other scope's key stands in our key set, naming the other issuer",
                                ISSUER_CLAUSE)
                        .with(KitDocuments.FOREIGN_LISTED, Source.PLAIN),
                refused(
                        "cross-scope-listed-signed",
                        ofForeignKey,
                        KitDocuments.FOREIGN_LISTED,
                        "the same in a correctly signed set: the key was certified for the other scope",
                        "RFC 5280 s. 4.2"),
                refused(
                        "cross-scope-relabelled-signed",
                        ofForeignKey,
                        KitDocuments.FOREIGN_RELABELLED,
                        "the same, and the set says that the key is ours",
                        "RFC 5280 s. 4.2"));
    }

    private static Case crossed(String id, String token, String why) {
        return Case.owedByAll(id, Verdict.CROSS_SCOPE, token, why, ISSUER_CLAUSE);
    }

    private static Map<String, Object> foreignClaims(Cast cast) {
        Map<String, Object> claims = new LinkedHashMap<>(cast.claims());
        claims.put("iss", cast.foil().scope().issuer());
        claims.put("trust_scope", cast.foil().scope().name().value());
        claims.put("aud", cast.foil().scope().audiences().get(0));
        return claims;
    }

    /** Good tokens under documents of every kind. */
    static List<Case> documents(Cast cast) {
        String good = cast.token(cast.claims());
        String federation = "OpenID Federation 1.0 s. 5.2.1";
        return List.of(
                Case.ours("signed-set", Verdict.ACCEPTED, good, "the signed set says the same", federation)
                        .with(KitDocuments.GOOD, Source.SIGNED),
                refused(
                        "signed-set-rolled-back",
                        good,
                        KitDocuments.ROLLED_BACK,
                        "its sequence is below one seen before: it may list a key that was withdrawn since",
                        federation),
                refused(
                        "signed-set-outdated",
                        good,
                        KitDocuments.OUTDATED,
                        "its exp has passed: who holds back the new one must not keep an old key alive",
                        "RFC 7519 s. 4.1.4"),
                refused(
                        "signed-set-foreign-authority",
                        good,
                        KitDocuments.FOREIGN_AUTHORITY,
                        "the other scope's authority signed it",
                        federation),
                refused(
                        "signed-set-uncertified-key",
                        good,
                        KitDocuments.UNCERTIFIED,
                        "one of its keys has no certificate",
                        "RFC 7517 s. 4.7"),
                refused(
                        "signed-set-wrong-type",
                        good,
                        KitDocuments.WRONG_TYPE,
                        "its typ is not jwk-set+jwt: some other thing that the authority signed",
                        "RFC 8725 s. 3.11"),
                refused(
                        "signed-set-is-history",
                        good,
                        KitDocuments.HISTORY,
                        "the history in place of the set: it lists every key that ever was",
                        "OpenID Federation 1.0 s. 8.7"));
    }

    private static Case refused(String id, String token, String documents, String why, String clause) {
        return new Case(id, Level.KEYMGR, token, documents, Source.SIGNED, Case.DOCUMENT_REFUSED, why, clause);
    }
}
