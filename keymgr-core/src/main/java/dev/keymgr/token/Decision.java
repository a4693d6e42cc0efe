package dev.keymgr.token;

import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.key.ScopeName;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a verifier made of one token, to be kept and searched. It holds no token body: of the claims only {@code iss},
 * {@code aud} and the header's {@code typ} are in clear, and {@code jti} as a digest. What a rejected token says of itself
 * is a stranger's word: cut to {@link #TEXT_MAX} characters, the audience to {@link #AUDIENCES_MAX}, and proved by nothing.
 *
 * @param time of the judgement
 * @param verifier the relying party's name, in one line
 * @param reason why it was rejected, without token content; null when it was accepted
 * @param issuer {@code iss}, null where it cannot be read
 * @param audience {@code aud}, empty where it cannot be read
 * @param type {@code typ}, null where it cannot be read
 * @param algorithm {@code alg}, null where it cannot be read
 * @param kid as the header spells it, null where it cannot be read
 * @param idDigest SHA-256 of {@code jti}, hexadecimal; null where there is none
 * @param inputDigest SHA-256 of the signing input, hexadecimal; of all of it where it is no compact JWS
 * @param keyScope whose key signed it; only for {@link Verdict#CROSS_SCOPE}, and there where it is known
 * @param sequence of the signed set that was gone by; null where it is not signed
 * @param setAgeSeconds since the set was last heard to stand; null where the source does not say
 */
public record Decision(
        Instant time,
        String verifier,
        ScopeName scope,
        Verdict verdict,
        @Nullable String reason,
        @Nullable String issuer,
        List<String> audience,
        @Nullable String type,
        @Nullable String algorithm,
        @Nullable String kid,
        @Nullable String idDigest,
        String inputDigest,
        @Nullable ScopeName keyScope,
        @Nullable Long sequence,
        @Nullable Long setAgeSeconds) {
    /** Characters of any one text of it. */
    public static final int TEXT_MAX = 256;

    public static final int AUDIENCES_MAX = 10;

    /** The longest rendered record: every character of every text escaped. */
    public static final int BYTES_MAX = 32 * 1_024;

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    public Decision {
        if (time.isBefore(Instant.EPOCH) || time.isAfter(LATEST)) {
            throw new IllegalArgumentException("time is not within 1970 to 9999");
        }
        audience = List.copyOf(audience);
        requireText("verifier", verifier);
        if (verifier.isBlank() || verifier.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("verifier is blank, or has a control character");
        }
        requireText("reason", reason);
        requireText("iss", issuer);
        requireText("typ", type);
        requireText("alg", algorithm);
        requireText("kid", kid);
        audience.forEach(one -> requireText("aud", one));
        if (audience.size() > AUDIENCES_MAX) {
            throw new IllegalArgumentException("aud has more than " + AUDIENCES_MAX);
        }
        requireDigest("jti_sha256", idDigest);
        requireDigest("signing_input_sha256", inputDigest);
        if ((reason == null) != (verdict == Verdict.ACCEPTED)) {
            throw new IllegalArgumentException("a reason goes with a rejection, and only with one");
        }
        if (keyScope != null && verdict != Verdict.CROSS_SCOPE) {
            throw new IllegalArgumentException("key_scope goes with CROSS_SCOPE alone");
        }
        if ((sequence != null && sequence < 0) || (setAgeSeconds != null && setAgeSeconds < 0)) {
            throw new IllegalArgumentException("sequence or set_age_seconds is negative");
        }
    }

    private static void requireText(String member, @Nullable String text) {
        if (text != null && text.length() > TEXT_MAX) {
            throw new IllegalArgumentException(member + " has more than " + TEXT_MAX + " characters");
        }
    }

    private static void requireDigest(String member, @Nullable String digest) {
        if (digest != null && !DIGEST.matcher(digest).matches()) {
            throw new IllegalArgumentException(member + " is no SHA-256 in lower-case hexadecimal");
        }
    }

    /** One line of JSON without a line end. */
    public byte[] render() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("time", time.toString());
        members.put("verifier", verifier);
        members.put("scope", scope.value());
        members.put("verdict", verdict.name());
        put(members, "reason", reason);
        put(members, "iss", issuer);
        put(members, "aud", audience.isEmpty() ? null : audience);
        put(members, "typ", type);
        put(members, "alg", algorithm);
        put(members, "kid", kid);
        put(members, "jti_sha256", idDigest);
        members.put("signing_input_sha256", inputDigest);
        put(members, "key_scope", keyScope == null ? null : keyScope.value());
        put(members, "sequence", sequence);
        put(members, "set_age_seconds", setAgeSeconds);
        return Json.render(members);
    }

    private static void put(Map<String, Object> members, String name, @Nullable Object value) {
        if (value != null) {
            members.put(name, value);
        }
    }

    /**
     * Reads one. Members that it does not know are dropped, so that nothing else gets into a record.
     *
     * @throws IllegalArgumentException naming the first fault
     */
    public static Decision parse(byte[] json) {
        if (json.length > BYTES_MAX) {
            throw new IllegalArgumentException("longer than " + BYTES_MAX + " bytes");
        }
        try {
            return of(Json.parseObject(json));
        } catch (JsonException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    /**
     * The same of what was read as JSON.
     *
     * @throws IllegalArgumentException naming the first fault
     */
    public static Decision of(Map<?, ?> members) {
        try {
            String keyScope = text(members, "key_scope");
            return new Decision(
                    Instant.parse(required(members, "time")),
                    required(members, "verifier"),
                    new ScopeName(required(members, "scope")),
                    verdict(required(members, "verdict")),
                    text(members, "reason"),
                    text(members, "iss"),
                    audience(members.get("aud")),
                    text(members, "typ"),
                    text(members, "alg"),
                    text(members, "kid"),
                    text(members, "jti_sha256"),
                    required(members, "signing_input_sha256"),
                    keyScope == null ? null : new ScopeName(keyScope),
                    number(members, "sequence"),
                    number(members, "set_age_seconds"));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Verdict verdict(String name) {
        return Stream.of(Verdict.values())
                .filter(known -> known.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("verdict '" + name.substring(0, Math.min(name.length(), 32))
                                + "' is none of " + List.of(Verdict.values())));
    }

    private static String required(Map<?, ?> members, String name) {
        String text = text(members, name);
        if (text == null) {
            throw new IllegalArgumentException("there is no " + name);
        }
        return text;
    }

    private static @Nullable String text(Map<?, ?> members, String name) {
        Object value = members.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new IllegalArgumentException(name + " is not a string");
    }

    private static @Nullable Long number(Map<?, ?> members, String name) {
        Object value = members.get(name);
        if (value == null || value instanceof Long) {
            return (Long) value;
        }
        throw new IllegalArgumentException(name + " is not a whole number");
    }

    private static List<String> audience(@Nullable Object value) {
        if (value == null) {
            return List.of();
        }
        if (value instanceof List<?> several && several.stream().allMatch(String.class::isInstance)) {
            return several.stream().map(String.class::cast).toList();
        }
        throw new IllegalArgumentException("aud is not an array of strings");
    }
}
