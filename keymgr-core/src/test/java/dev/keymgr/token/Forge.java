package dev.keymgr.token;

import dev.keymgr.json.Json;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.jwks.TestKey;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Makes tokens that no signer of ours would make. */
final class Forge {
    private Forge() {}

    static Map<String, Object> header(TestKey key) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", key.algorithm().name());
        header.put("typ", "at+jwt");
        header.put("kid", key.kid().value());
        return header;
    }

    static String part(String text) {
        return Base64Url.encode(text.getBytes(StandardCharsets.UTF_8));
    }

    static String token(TestKey key, String header, String payload) {
        return signed(key, part(header) + '.' + part(payload));
    }

    static String token(TestKey key, Map<String, ?> header, Map<String, ?> claims) {
        return signed(key, Base64Url.encode(Json.render(header)) + '.' + Base64Url.encode(Json.render(claims)));
    }

    static String signed(TestKey key, String input) {
        return input + '.' + Base64Url.encode(key.sign(input.getBytes(StandardCharsets.US_ASCII)));
    }

    static String withSignature(String token, byte[] signature) {
        return token.substring(0, token.lastIndexOf('.') + 1) + Base64Url.encode(signature);
    }
}
