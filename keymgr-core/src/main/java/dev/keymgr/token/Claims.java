package dev.keymgr.token;

import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The claims of a token, read strictly and immutable. A registered claim of a type it cannot have makes the whole token
 * MALFORMED.
 *
 * @standard RFC 7519 s. 4.1
 */
final class Claims {
    /** The last second of the year 9999: beyond it dates overflow in somebody's library. */
    static final long SECONDS_MAX = 253_402_300_799L;

    private static final BigDecimal BILLION = BigDecimal.valueOf(1_000_000_000L);

    private final Map<String, Object> members;

    private Claims(Map<String, Object> members) {
        this.members = members;
    }

    static Claims parse(byte[] payload) throws TokenRejectedException {
        try {
            return new Claims(frozen(Json.parseObject(payload)));
        } catch (JsonException e) {
            throw malformed("the claims are " + e.getMessage());
        }
    }

    Map<String, Object> members() {
        return members;
    }

    Optional<String> text(String name) throws TokenRejectedException {
        if (!members.containsKey(name)) {
            return Optional.empty();
        }
        if (members.get(name) instanceof String value) {
            return Optional.of(value);
        }
        throw malformed("the claim " + name + " is not a string");
    }

    /** A NumericDate: seconds since the epoch, a fraction allowed. */
    Optional<Instant> instant(String name) throws TokenRejectedException {
        if (!members.containsKey(name)) {
            return Optional.empty();
        }
        Object value = members.get(name);
        BigDecimal seconds = value instanceof Long whole
                ? BigDecimal.valueOf(whole)
                : value instanceof BigDecimal fraction ? fraction : BigDecimal.ONE.negate();
        if (seconds.signum() < 0 || seconds.compareTo(BigDecimal.valueOf(SECONDS_MAX)) > 0) {
            throw malformed("the claim " + name + " is not a number of seconds up to the year 9999");
        }
        long nanos = seconds.remainder(BigDecimal.ONE).multiply(BILLION).longValue();
        return Optional.of(Instant.ofEpochSecond(seconds.longValue(), nanos));
    }

    /** {@code aud}: one string or an array of them; empty when there is none. */
    List<String> audience() throws TokenRejectedException {
        Object value = members.get("aud");
        if (value == null && !members.containsKey("aud")) {
            return List.of();
        }
        List<String> audience = new ArrayList<>();
        for (Object each : value instanceof List<?> several ? several : Collections.singletonList(value)) {
            if (!(each instanceof String one)) {
                throw malformed("the claim aud is neither a string nor an array of strings");
            }
            audience.add(one);
        }
        return List.copyOf(audience);
    }

    private static Map<String, Object> frozen(Map<?, ?> object) {
        Map<String, Object> copy = new LinkedHashMap<>();
        object.forEach((name, value) -> copy.put((String) name, frozen(value)));
        return Collections.unmodifiableMap(copy);
    }

    private static @Nullable Object frozen(@Nullable Object value) {
        if (value instanceof Map<?, ?> object) {
            return frozen(object);
        }
        if (value instanceof List<?> elements) {
            List<Object> copy = new ArrayList<>();
            elements.forEach(element -> copy.add(frozen(element)));
            return Collections.unmodifiableList(copy);
        }
        return value;
    }

    private static TokenRejectedException malformed(String reason) {
        return new TokenRejectedException(Verdict.MALFORMED, reason);
    }
}
