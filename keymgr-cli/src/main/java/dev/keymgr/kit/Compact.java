package dev.keymgr.kit;

import dev.keymgr.json.Json;
import dev.keymgr.jwks.Base64Url;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Compact tokens, whatever is in them.
 *
 * @standard RFC 7515 s. 3.1
 */
public final class Compact {
    private Compact() {}

    /** A token whose signature is whatever the signer makes of its input. */
    public static String of(Map<String, ?> header, Map<String, ?> claims, UnaryOperator<byte[]> signer) {
        return of(Json.render(header), Json.render(claims), signer);
    }

    static String of(byte[] header, byte[] payload, UnaryOperator<byte[]> signer) {
        String input = Base64Url.encode(header) + '.' + Base64Url.encode(payload);
        return input + '.' + Base64Url.encode(signer.apply(input.getBytes(StandardCharsets.US_ASCII)));
    }

    /** The same token with another signature. */
    static String resigned(String token, UnaryOperator<byte[]> change) {
        int last = token.lastIndexOf('.');
        return token.substring(0, last + 1)
                + Base64Url.encode(change.apply(Base64Url.decode(token.substring(last + 1))));
    }

    static String part(String token, int index) {
        return token.split("\\.", -1)[index];
    }
}
