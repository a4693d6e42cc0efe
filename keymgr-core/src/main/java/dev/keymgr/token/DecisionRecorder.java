package dev.keymgr.token;

import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.key.ScopeName;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes the record of a judgement from the token as it came. For many threads. */
final class DecisionRecorder {
    private final String verifier;
    private final ScopeName scope;
    private final Consumer<Decision> told;

    DecisionRecorder(String verifier, ScopeName scope, Consumer<Decision> told) {
        if (verifier.isBlank() || verifier.length() > Decision.TEXT_MAX) {
            throw new IllegalArgumentException("a verifier's name has 1 to " + Decision.TEXT_MAX + " characters");
        }
        this.verifier = verifier;
        this.scope = scope;
        this.told = told;
    }

    void accepted(String token, Instant now, TrustedKeys trusted) {
        told.accept(decision(token, now, Verdict.ACCEPTED, null, null, trusted));
    }

    void rejected(String token, Instant now, TokenRejectedException rejection, TrustedKeys trusted) {
        told.accept(decision(
                token,
                now,
                rejection.verdict(),
                cut(rejection.reason()),
                rejection.signedBy().orElse(null),
                trusted));
    }

    private Decision decision(
            String token,
            Instant now,
            Verdict verdict,
            @Nullable String reason,
            @Nullable ScopeName keyScope,
            TrustedKeys trusted) {
        int first = token.indexOf('.');
        int last = token.lastIndexOf('.');
        boolean isCompact = first > 0 && first < last && token.length() <= CompactJws.CHARACTERS_MAX;
        Map<String, Object> header = isCompact ? part(token.substring(0, first)) : Map.of();
        Map<String, Object> claims = isCompact ? part(token.substring(first + 1, last)) : Map.of();
        TrustedKeys.Freshness freshness = trusted.freshness().orElse(null);
        return new Decision(
                now,
                verifier,
                scope,
                verdict,
                reason,
                text(claims.get("iss")),
                audience(claims.get("aud")),
                text(header.get("typ")),
                text(header.get("alg")),
                text(header.get("kid")),
                claims.get("jti") instanceof String id ? digest(id) : null,
                digest(first < last ? token.substring(0, last) : token),
                keyScope,
                freshness == null ? null : freshness.sequence(),
                freshness == null ? null : age(freshness.confirmedAt(), now));
    }

    private static long age(Instant confirmedAt, Instant now) {
        return Math.max(0, Duration.between(confirmedAt, now).toSeconds());
    }

    /** Nothing, where a stranger's token has no such part. */
    private static Map<String, Object> part(String encoded) {
        try {
            return Json.parseObject(Base64Url.decode(encoded));
        } catch (JsonException | IllegalArgumentException e) {
            return Map.of();
        }
    }

    private static List<String> audience(@Nullable Object value) {
        Stream<?> each = value instanceof List<?> several ? several.stream() : Stream.ofNullable(value);
        return each.filter(String.class::isInstance)
                .limit(Decision.AUDIENCES_MAX)
                .map(one -> cut((String) one))
                .toList();
    }

    private static @Nullable String text(@Nullable Object value) {
        return value instanceof String text ? cut(text) : null;
    }

    /** Never through the middle of a character: half of one cannot be written as JSON. */
    private static String cut(String text) {
        if (text.length() <= Decision.TEXT_MAX) {
            return text;
        }
        int end = Decision.TEXT_MAX;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end);
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
