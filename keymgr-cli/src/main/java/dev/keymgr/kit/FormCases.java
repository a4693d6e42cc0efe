package dev.keymgr.kit;

import dev.keymgr.json.Json;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.token.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tokens that are not written as a token is. */
final class FormCases {
    /** Longer than the header line that proxies pass on. */
    private static final int MUCH = 20_000;

    private static final String ONCE = "RFC 7515 s. 4";
    private static final String BASE64URL = "RFC 7515 s. 2";
    private static final String COMPACT = "RFC 7519 s. 7.2";

    private final Cast cast;

    FormCases(Cast cast) {
        this.cast = cast;
    }

    List<Case> headers() {
        return List.of(
                owed(
                        "duplicate-alg",
                        signed(header() + ",\"alg\":\"none\"}", claims() + "}"),
                        "alg twice, and the last one is none",
                        ONCE),
                Case.form(
                        "duplicate-kid",
                        signed(
                                "{\"kid\":\"" + cast.foreign().kid() + "\"," + header().substring(1) + "}",
                                claims() + "}"),
                        "kid twice, and the last one is ours: two readers, two keys",
                        ONCE),
                owed(
                        "duplicate-audience",
                        signed(header() + "}", claims() + ",\"aud\":\"https://api.invalid/other\"}"),
                        "aud twice, and the last one is another's",
                        "RFC 7519 s. 4"),
                Case.form(
                        "duplicate-issuer",
                        signed(
                                header() + "}",
                                "{\"iss\":\"https://login.invalid/other\"," + claims().substring(1) + "}"),
                        "iss twice, and the last one is ours",
                        "RFC 7519 s. 4"),
                crit("crit-unknown", List.of("urn:example:must"), "it demands something that nobody knows"),
                crit("crit-empty", List.of(), "it demands nothing, which is not allowed")
                        .atLevel(Level.FORM),
                owed("b64-false", unencoded(), "its payload is not encoded, which a JWT's always is", "RFC 7797 s. 7"));
    }

    List<Case> shapes() {
        String good = cast.token(cast.claims());
        String flat = String.format(
                Locale.ROOT,
                "{\"payload\":\"%s\",\"protected\":\"%s\",\"signature\":\"%s\"}",
                Compact.part(good, 1),
                Compact.part(good, 0),
                Compact.part(good, 2));
        String general = String.format(
                Locale.ROOT,
                "{\"payload\":\"%s\",\"signatures\":[{\"protected\":\"%s\",\"signature\":\"%s\"}]}",
                Compact.part(good, 1),
                Compact.part(good, 0),
                Compact.part(good, 2));
        return List.of(
                owed("json-flattened", flat, "JSON serialization; JWTs are compact", COMPACT),
                owed("json-general", general, "JSON serialization with several signatures; JWTs are compact", COMPACT),
                Case.form(
                        "oversized",
                        cast.token(cast.claimsWith("filler", "x".repeat(MUCH))),
                        "longer than 16 KiB: work for nothing",
                        "keymgr: 16 KiB"),
                owed(
                        "two-parts",
                        good.substring(0, good.lastIndexOf('.')),
                        "the signature is missing with its dot",
                        "RFC 7515 s. 7.1"),
                owed("four-parts", good + ".AA", "a part too many", "RFC 7515 s. 7.1"),
                owed("empty", "..", "three empty parts", "RFC 7515 s. 7.1"),
                owed(
                        "claims-are-an-array",
                        signed(header() + "}", "[" + claims() + "}]"),
                        "the claims are no object",
                        "RFC 7519 s. 7.2"),
                owed(
                        "header-is-text",
                        signed("\"ES256\"", claims() + "}"),
                        "the header is no object",
                        "RFC 7515 s. 4"));
    }

    List<Case> spelling() {
        String good = cast.token(cast.claims());
        return List.of(
                Case.form("base64-padded", good + "==", "padded", BASE64URL),
                Case.form("base64-alphabet", otherAlphabet(), "+ and / instead of - and _", BASE64URL),
                Case.form(
                        "line-break",
                        good.substring(0, good.length() - 10) + "\n" + good.substring(good.length() - 10),
                        "a line break within",
                        BASE64URL),
                Case.form(
                        "base64-stray-bits",
                        strayBits(good),
                        "the last letter has bits that belong to no octet: one token, many spellings, and a deny-list by hash misses it",
                        "RFC 4648 s. 3.5"));
    }

    private static Case owed(String id, String token, String why, String clause) {
        return Case.owedByAll(id, Verdict.MALFORMED, token, why, clause);
    }

    /** Without its closing brace. */
    private String header() {
        return open(Cast.header(cast.signing()));
    }

    private String claims() {
        return open(cast.claims());
    }

    private static String open(Map<String, ?> members) {
        String json = new String(Json.render(members), StandardCharsets.UTF_8);
        return json.substring(0, json.length() - 1);
    }

    private String signed(String header, String claims) {
        return Compact.of(utf8(header), utf8(claims), cast.signing()::sign);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private Case crit(String id, List<String> names, String why) {
        Map<String, Object> header = Cast.headerWith(cast.signing(), "crit", names);
        names.forEach(name -> header.put(name, true));
        return owed(id, cast.token(cast.signing(), header, cast.claims()), why, "RFC 7515 s. 4.1.11");
    }

    private String unencoded() {
        Map<String, Object> header = new LinkedHashMap<>(Cast.header(cast.signing()));
        header.put("b64", false);
        header.put("crit", List.of("b64"));
        String claims = new String(Json.render(cast.claims()), StandardCharsets.UTF_8);
        String input = Base64Url.encode(Json.render(header)) + '.' + claims;
        return input + '.' + Base64Url.encode(cast.signing().sign(utf8(input)));
    }

    /** A signature that is spelled otherwise in the other alphabet; most are. */
    private String otherAlphabet() {
        while (true) {
            String token = cast.token(cast.claims());
            String input = token.substring(0, token.lastIndexOf('.') + 1);
            byte[] signature = Base64Url.decode(Compact.part(token, 2));
            String spelled = Base64.getEncoder().withoutPadding().encodeToString(signature);
            if (spelled.indexOf('+') >= 0 || spelled.indexOf('/') >= 0) {
                return input + spelled;
            }
        }
    }

    /** 64 octets leave the last letter four bits of its own: the next letter in the alphabet has one of them set. */
    private static String strayBits(String good) {
        char last = good.charAt(good.length() - 1);
        return good.substring(0, good.length() - 1) + (char) (last + 1);
    }
}
