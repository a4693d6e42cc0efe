package dev.keymgr.token;

import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.key.SigningAlgorithm;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A compact JWS taken apart and believed in nothing. Never leaves this package: its payload becomes visible only through
 * a verifier.
 *
 * @standard RFC 7515 s. 5.2
 */
final class CompactJws {
    /** Characters of a whole token. Proxies refuse longer header lines, so a genuine one is shorter. */
    static final int CHARACTERS_MAX = 16 * 1_024;

    /**
     * Header members that bring a key along, or say where to fetch one, or change what is signed. A genuine token of ours
     * has none; honouring one would let the token choose its own verifier.
     *
     * @standard RFC 8725 s. 3.10
     * @standard RFC 7515 s. 4.1.11
     * @standard RFC 7797 s. 3
     */
    private static final List<String> REFUSED_MEMBERS =
            List.of("crit", "b64", "jwk", "jku", "x5u", "x5c", "x5t", "x5t#S256");

    private final SigningAlgorithm algorithm;
    private final String kid;
    private final @Nullable String type;
    private final byte[] signingInput;
    private final byte[] payload;
    private final byte[] signature;

    private CompactJws(Map<String, Object> header, byte[] signingInput, byte[] payload, byte[] signature)
            throws TokenRejectedException {
        for (String member : REFUSED_MEMBERS) {
            if (header.containsKey(member)) {
                throw malformed("the header has " + member);
            }
        }
        this.algorithm = SigningAlgorithm.find(required(header, "alg"))
                .orElseThrow(() -> malformed("the header's alg is none of ours"));
        this.kid = required(header, "kid");
        this.type = header.containsKey("typ") ? required(header, "typ") : null;
        this.signingInput = signingInput;
        this.payload = payload;
        this.signature = signature;
    }

    static CompactJws parse(String token) throws TokenRejectedException {
        return parse(token, CHARACTERS_MAX);
    }

    static CompactJws parse(String token, int charactersMax) throws TokenRejectedException {
        if (token.length() > charactersMax) {
            throw malformed("longer than " + charactersMax + " characters");
        }
        int first = token.indexOf('.');
        int last = token.lastIndexOf('.');
        if (first < 0 || first == last || token.indexOf('.', first + 1) != last) {
            throw malformed("not three parts with a dot between: compact serialization only");
        }
        try {
            return new CompactJws(
                    Json.parseObject(Base64Url.decode(token.substring(0, first))),
                    token.substring(0, last).getBytes(StandardCharsets.US_ASCII),
                    Base64Url.decode(token.substring(first + 1, last)),
                    Base64Url.decode(token.substring(last + 1)));
        } catch (JsonException e) {
            throw malformed("the header is " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw malformed("a part is " + e.getMessage());
        }
    }

    SigningAlgorithm algorithm() {
        return algorithm;
    }

    String kid() {
        return kid;
    }

    Optional<String> type() {
        return Optional.ofNullable(type);
    }

    byte[] signingInput() {
        return signingInput;
    }

    byte[] payload() {
        return payload;
    }

    byte[] signature() {
        return signature;
    }

    private static String required(Map<String, Object> header, String member) throws TokenRejectedException {
        if (header.get(member) instanceof String value) {
            return value;
        }
        throw malformed("the header has no " + member + " that is a string");
    }

    private static TokenRejectedException malformed(String reason) {
        return new TokenRejectedException(Verdict.MALFORMED, reason);
    }
}
