package dev.keymgr.jwks.file;

import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.Generation;
import dev.keymgr.key.ScopeName;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The sidecar: whose directory this is, and the publication below which nothing may be written there.
 *
 * @param etag of the document's bytes, in quotes
 */
record Fence(ScopeName scope, Generation number, String etag, Duration maxAge) {
    private static final Set<String> MEMBERS = Set.of("scope", "number", "etag", "maxAgeSeconds");

    static Fence of(JwksDocument document) {
        return new Fence(document.scope(), document.number(), document.etag(), document.maxAge());
    }

    byte[] render() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("scope", scope.value());
        members.put("number", number.value());
        members.put("etag", etag);
        members.put("maxAgeSeconds", maxAge.toSeconds());
        return Json.render(members);
    }

    /** @throws IllegalArgumentException when it is none of ours */
    static Fence parse(byte[] bytes) {
        try {
            Map<String, Object> members = Json.parseObject(bytes);
            if (members.keySet().equals(MEMBERS)
                    && members.get("scope") instanceof String scope
                    && members.get("number") instanceof Long number
                    && members.get("etag") instanceof String etag
                    && members.get("maxAgeSeconds") instanceof Long maxAge) {
                return new Fence(new ScopeName(scope), new Generation(number), etag, Duration.ofSeconds(maxAge));
            }
        } catch (JsonException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        throw new IllegalArgumentException("not the members of a publication record");
    }
}
