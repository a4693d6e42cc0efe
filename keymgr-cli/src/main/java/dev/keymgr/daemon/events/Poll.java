package dev.keymgr.daemon.events;

import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a relying party asks. Whether it would wait is not read: the answer comes at once.
 *
 * @param eventsMax 0 to {@link #EVENTS_MAX}; what asks for more gets so many
 * @param acknowledged the jti of each
 * @param refused why, by jti: the error's code
 * @standard RFC 8936 s. 2.2
 */
record Poll(int eventsMax, List<String> acknowledged, Map<String, String> refused) {
    /** About 80 KB of tokens. */
    static final int EVENTS_MAX = 100;

    private static final Pattern ERROR_CODE = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    Poll {
        acknowledged = List.copyOf(acknowledged);
        refused = Map.copyOf(refused);
    }

    /** Empty for what is no such request. Members that are not known are passed over. */
    static Optional<Poll> parse(byte[] body) {
        try {
            Map<String, Object> members = Json.parseObject(body);
            int most = eventsMax(members.get("maxEvents"));
            boolean sound = most >= 0 && !(members.get("returnImmediately") instanceof String);
            @Nullable List<String> acknowledged = strings(members.get("ack"));
            @Nullable Map<String, String> refused = errors(members.get("setErrs"));
            return sound && acknowledged != null && refused != null
                    ? Optional.of(new Poll(most, acknowledged, refused))
                    : Optional.empty();
        } catch (JsonException e) {
            return Optional.empty();
        }
    }

    /** Below zero for what is no such number. */
    private static int eventsMax(@Nullable Object value) {
        if (value == null) {
            return EVENTS_MAX;
        }
        return value instanceof Long number ? (int) Math.max(-1, Math.min(number, EVENTS_MAX)) : -1;
    }

    private static @Nullable List<String> strings(@Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        return value instanceof List<?> list && list.stream().allMatch(String.class::isInstance)
                ? list.stream().map(String.class::cast).toList()
                : null;
    }

    private static @Nullable Map<String, String> errors(@Nullable Object value) {
        Map<String, String> errors = new LinkedHashMap<>();
        if (value == null) {
            return errors;
        }
        if (!(value instanceof Map<?, ?> map)) {
            return null;
        }
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getValue() instanceof Map<?, ?> error) || !(error.get("err") instanceof String code)) {
                return null;
            }
            errors.put((String) entry.getKey(), ERROR_CODE.matcher(code).matches() ? code : "unreadable error code");
        }
        return errors;
    }
}
