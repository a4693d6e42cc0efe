package dev.keymgr.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** JSON as RFC 8259 has it: one value, no name twice, nothing after it. */
public final class StrictJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private StrictJson() {}

    /** The value; the context is repeated when there is none. */
    public static JsonNode parse(String text, String context) {
        try {
            JsonNode node = MAPPER.readTree(text);
            if (node.isMissingNode()) {
                throw new AssertionError("no JSON at all from " + context);
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new AssertionError(e.getMessage() + " in " + context, e);
        }
    }
}
