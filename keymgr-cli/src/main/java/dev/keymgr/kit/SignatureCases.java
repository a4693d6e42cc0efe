package dev.keymgr.kit;

import dev.keymgr.json.Json;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.jwks.Curve;
import dev.keymgr.key.VerificationKey;
import dev.keymgr.token.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tokens with the wrong algorithm, and signatures that are none. */
final class SignatureCases {
    private static final String ALGORITHMS = "RFC 8725 s. 3.1";
    private static final String FORM = "RFC 7518 s. 3.4";

    private final Cast cast;

    SignatureCases(Cast cast) {
        this.cast = cast;
    }

    List<Case> algorithms() {
        ThrowAwayKey rsa = cast.rsa();
        byte[] der = rsa.platformKey().getEncoded();
        return List.of(
                none("alg-none", "none"),
                none("alg-none-in-capitals", "nOnE"),
                shared(
                        "hs256-with-public-pem",
                        rsa,
                        Pem.of("PUBLIC KEY", der),
                        "the RSA public key in PEM is the HMAC secret"),
                shared("hs256-with-public-der", rsa, der, "the RSA public key in DER is the HMAC secret"),
                shared(
                        "hs256-with-public-jwk",
                        cast.signing(),
                        cast.signing().publicKey().thumbprintInput(),
                        "the EC public key as JWK is the HMAC secret"),
                hs256WithNothing(),
                relabelled(
                        "ec-key-under-rs256",
                        cast.signing(),
                        cast.strangerRsa(),
                        "RS256",
                        "an RSA signature under the kid of an EC key"),
                relabelled(
                        "rsa-key-under-es256",
                        rsa,
                        cast.stranger(),
                        "ES256",
                        "an EC signature under the kid of an RSA key"),
                pss(),
                relabelled(
                        "alg-unknown", cast.signing(), cast.signing(), "ES256K-X", "an algorithm that nobody knows"));
    }

    private Case none(String id, String name) {
        Map<String, Object> header = Cast.headerWith(cast.signing(), "alg", name);
        return Case.owedByAll(
                id,
                Verdict.MALFORMED,
                Compact.of(header, cast.claims(), input -> new byte[0]),
                "no signature at all",
                "RFC 8725 s. 3.2");
    }

    private Case shared(String id, ThrowAwayKey key, byte[] secret, String why) {
        Map<String, Object> header = Cast.headerWith(key, "alg", "HS256");
        String token = Compact.of(header, cast.claims(), input -> hmac(secret, input));
        return Case.owedByAll(id, Verdict.MALFORMED, token, why, ALGORITHMS);
    }

    private Case hs256WithNothing() {
        return shared("hs256-with-zero", cast.signing(), new byte[1], "the HMAC secret is zero");
    }

    private static byte[] hmac(byte[] secret, byte[] input) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }

    private Case relabelled(String id, ThrowAwayKey named, ThrowAwayKey signer, String algorithm, String why) {
        Map<String, Object> header = Cast.headerWith(named, "alg", algorithm);
        Verdict verdict = algorithm.equals("ES256K-X") ? Verdict.MALFORMED : Verdict.BAD_SIGNATURE;
        return Case.owedByAll(id, verdict, cast.token(signer, header, cast.claims()), why, ALGORITHMS);
    }

    /** The signature holds; the key is bound to another algorithm. */
    private Case pss() {
        ThrowAwayKey rsa = cast.rsa();
        String token =
                Compact.of(Cast.headerWith(rsa, "alg", "PS256"), cast.claims(), input -> rsa.sign(input, "RSASSA-PSS"));
        return Case.owedByAll(
                "rs256-key-under-ps256", Verdict.BAD_SIGNATURE, token, "the key is bound to RS256", ALGORITHMS);
    }

    List<Case> signatures() {
        String good = cast.token(cast.claims());
        byte[] order = unsigned(Curve.of((VerificationKey.Ec) cast.signing().publicKey())
                .order()
                .toByteArray());
        byte[] twice = Arrays.copyOf(order, 2 * order.length);
        System.arraycopy(order, 0, twice, order.length, order.length);
        return List.of(
                bad(
                        "signature-zero",
                        Compact.resigned(good, s -> new byte[s.length]),
                        "r = s = 0 fits every message in a library with CVE-2022-21449",
                        FORM),
                bad("signature-order", Compact.resigned(good, s -> twice), "r = s = n is 0 after reduction", FORM),
                bad(
                        "signature-truncated",
                        Compact.resigned(good, s -> Arrays.copyOf(s, s.length - 1)),
                        "an octet is missing",
                        FORM),
                bad(
                        "signature-longer",
                        Compact.resigned(good, s -> Arrays.copyOf(s, s.length + 1)),
                        "an octet too many",
                        FORM),
                bad("signature-der", der(), "in the form of X.509 instead of r and s side by side", FORM),
                bad("signature-empty", Compact.resigned(good, s -> new byte[0]), "left out", "RFC 7515 s. 5.2"),
                bad("claims-altered", altered(good), "another subject under the same signature", "RFC 7515 s. 5.2"),
                bad(
                        "header-altered",
                        headerAltered(good),
                        "another header under the same signature",
                        "RFC 7515 s. 5.2"));
    }

    private static byte[] unsigned(byte[] signed) {
        return signed[0] == 0 ? Arrays.copyOfRange(signed, 1, signed.length) : signed;
    }

    private static Case bad(String id, String token, String why, String clause) {
        return Case.owedByAll(id, Verdict.BAD_SIGNATURE, token, why, clause);
    }

    private String der() {
        ThrowAwayKey key = cast.signing();
        return Compact.of(Cast.header(key), cast.claims(), input -> key.sign(input, "SHA256withECDSA"));
    }

    private String altered(String good) {
        String payload = Base64Url.encode(Json.render(cast.claimsWith("sub", "administrator")));
        return Compact.part(good, 0) + '.' + payload + '.' + Compact.part(good, 2);
    }

    private String headerAltered(String good) {
        String header = new String(Base64Url.decode(Compact.part(good, 0)), StandardCharsets.UTF_8);
        byte[] spaced = header.replaceFirst("\\{", "{ ").getBytes(StandardCharsets.UTF_8);
        return Base64Url.encode(spaced) + '.' + Compact.part(good, 1) + '.' + Compact.part(good, 2);
    }
}
