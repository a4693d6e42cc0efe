package dev.keymgr.kit;

import dev.keymgr.token.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Rightly signed tokens that say the wrong thing. */
final class ClaimCases {
    private static final String AUDIENCE = "RFC 7519 s. 4.1.3";
    private static final String ISSUER = "RFC 8725 s. 3.8";
    private static final String TYPE = "RFC 8725 s. 3.11";
    private static final String SCOPE = "keymgr: trust_scope";

    private final Cast cast;

    ClaimCases(Cast cast) {
        this.cast = cast;
    }

    List<Case> binding() {
        String issuer = cast.scope().issuer();
        return List.of(
                with(
                        "wrong-audience",
                        Verdict.WRONG_AUDIENCE,
                        "aud",
                        "https://api.invalid/other",
                        "meant for another",
                        AUDIENCE),
                with(
                        "audience-longer",
                        Verdict.WRONG_AUDIENCE,
                        "aud",
                        cast.audience() + "/admin",
                        "aud only begins with the audience",
                        AUDIENCE),
                with("audience-empty", Verdict.WRONG_AUDIENCE, "aud", List.of(), "aud is an empty array", AUDIENCE),
                without("missing-audience", Verdict.WRONG_AUDIENCE, "aud", "meant for everybody", "RFC 8725 s. 3.9"),
                with(
                        "wrong-issuer",
                        Verdict.WRONG_ISSUER,
                        "iss",
                        "https://login.invalid/other",
                        "our key speaks for another issuer",
                        ISSUER),
                with(
                        "issuer-with-slash",
                        Verdict.WRONG_ISSUER,
                        "iss",
                        issuer + "/",
                        "iss is compared exactly",
                        "RFC 8725 s. 3.8"),
                without("missing-issuer", Verdict.WRONG_ISSUER, "iss", "iss is left out", ISSUER),
                typed("wrong-type", "JWT", "a token of another kind, such as an ID token, from the same issuer"),
                typed("event-type", "secevent+jwt", "a security event from the same issuer"),
                untyped(),
                Case.ours(
                        "wrong-trust-scope",
                        Verdict.WRONG_SCOPE,
                        cast.token(cast.claimsWith(
                                "trust_scope", cast.foil().scope().name().value())),
                        "trust_scope names another scope",
                        SCOPE),
                Case.ours(
                        "missing-trust-scope",
                        Verdict.WRONG_SCOPE,
                        cast.token(cast.claimsWithout("trust_scope")),
                        "trust_scope is left out",
                        SCOPE));
    }

    List<Case> time() {
        Span span = cast.span();
        Map<String, Object> over = cast.claimsWith("iat", seconds(span.longAgo()));
        over.put("exp", seconds(span.before()));
        over.put("iat", seconds(span.before()) - 600);
        Map<String, Object> later = cast.claimsWith("nbf", seconds(span.afterwards()));
        later.put("exp", seconds(span.afterwards()) + 600);
        Map<String, Object> future = cast.claimsWith("iat", seconds(span.afterwards()));
        future.put("exp", seconds(span.afterwards()) + 600);
        long end = seconds(span.end());
        return List.of(
                Case.owedByAll(
                        "expired", Verdict.OUTSIDE_TIME, cast.token(over), "its exp has passed", "RFC 7519 s. 4.1.4"),
                Case.owedByAll(
                        "not-yet-valid",
                        Verdict.OUTSIDE_TIME,
                        cast.token(later),
                        "its nbf has not come",
                        "RFC 7519 s. 4.1.5"),
                Case.ours(
                        "issued-in-the-future",
                        Verdict.OUTSIDE_TIME,
                        cast.token(future),
                        "its iat has not come",
                        "RFC 7519 s. 4.1.6"),
                Case.ours(
                        "lives-too-long",
                        Verdict.OUTSIDE_TIME,
                        cast.token(cast.claimsWith("exp", seconds(span.farAhead()))),
                        "a longer life than the issuer ever gives",
                        "keymgr: tokenLifetimeMaxSeconds"),
                without("missing-expiry", Verdict.OUTSIDE_TIME, "exp", "it would live for ever", "RFC 9068 s. 2.2"),
                without(
                        "missing-issued-at",
                        Verdict.OUTSIDE_TIME,
                        "iat",
                        "nobody can tell how old it is",
                        "RFC 9068 s. 2.2"),
                with(
                        "expiry-is-text",
                        Verdict.MALFORMED,
                        "exp",
                        Long.toString(end),
                        "exp is a number, not a string of digits",
                        "RFC 7519 s. 4.1.4"),
                with(
                                "expiry-beyond-dates",
                                Verdict.MALFORMED,
                                "exp",
                                Long.MAX_VALUE,
                                "exp overflows a date",
                                "RFC 7519 s. 2")
                        .atLevel(Level.FORM));
    }

    private static long seconds(Instant at) {
        return at.getEpochSecond();
    }

    private Case with(String id, Verdict verdict, String claim, Object value, String why, String clause) {
        return Case.owedByAll(id, verdict, cast.token(cast.claimsWith(claim, value)), why, clause);
    }

    private Case without(String id, Verdict verdict, String claim, String why, String clause) {
        return Case.owedByAll(id, verdict, cast.token(cast.claimsWithout(claim)), why, clause);
    }

    private Case typed(String id, String type, String why) {
        Map<String, Object> header = Cast.headerWith(cast.signing(), "typ", type);
        return Case.owedByAll(id, Verdict.WRONG_TYPE, cast.token(cast.signing(), header, cast.claims()), why, TYPE);
    }

    private Case untyped() {
        Map<String, Object> header = Cast.header(cast.signing());
        header.remove("typ");
        return Case.owedByAll(
                "missing-type",
                Verdict.WRONG_TYPE,
                cast.token(cast.signing(), header, cast.claims()),
                "typ is left out",
                TYPE);
    }
}
