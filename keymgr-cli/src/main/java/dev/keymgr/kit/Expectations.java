package dev.keymgr.kit;

import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What {@code kit.json} says: how a verifier is to be set up, and what it owes each token. Immutable.
 *
 * @param scope with the one audience that the verifier stands for
 * @param foil the other scope
 * @param made whole seconds
 * @param goodUntil from this instant on nothing is to be judged by it
 * @param tokenLifetimeMax the longest {@code exp - iat}
 * @param sequenceSeen of the signed documents: what is below is a roll-back
 * @param cases at least one; ids are unique
 */
public record Expectations(
        Scope scope,
        Scope foil,
        Instant made,
        Instant goodUntil,
        Duration tokenLifetimeMax,
        long sequenceSeen,
        List<Expectation> cases) {
    /** The file that holds it. */
    public static final String FILE = "kit.json";

    private static final String FORMAT = "keymgr-kit/1";

    public Expectations {
        cases = List.copyOf(cases);
        if (cases.isEmpty() || cases.stream().map(Expectation::id).distinct().count() != cases.size()) {
            throw new IllegalArgumentException("no cases, or one of them twice");
        }
    }

    /**
     * Demands that its time is not over: what has expired is refused whatever else is wrong with it.
     *
     * @throws KeymgrException STALE from {@link #goodUntil} on
     */
    public void requireGood(Instant now) {
        if (!now.isBefore(goodUntil)) {
            throw new KeymgrException(
                    ErrorCode.STALE,
                    "the kit was good until " + goodUntil
                            + "; nothing was scored, for its tokens have expired and a verifier"
                            + " that looks at nothing but their time refuses every bad one; make a new kit, and have your"
                            + " verifier judge that one: keymgr kit "
                            + scope.name() + " DIR --force");
        }
    }

    /**
     * One token and what it is owed. Files are relative to the folder of the kit.
     *
     * @param token the file of the token; a newline at its end is not part of it
     * @param keys the file with the keys to judge by
     * @param revocations the file with what is revoked
     * @param accepted whether a verifier accepts it
     * @param verdict what keymgr's own verifier calls it
     * @param why it matters
     * @param clause that says so
     */
    public record Expectation(
            String id,
            Level level,
            String token,
            String keys,
            String revocations,
            boolean accepted,
            String verdict,
            String why,
            String clause) {
        static Expectation of(Case one) {
            String folder = "documents/" + one.documents() + "/";
            return new Expectation(
                    one.id(),
                    one.level(),
                    one.file(),
                    folder + one.source().file(),
                    folder + "revoked-keys.jwt",
                    one.isAccepted(),
                    one.verdict(),
                    one.why(),
                    one.clause());
        }

        private static Expectation parse(Map<?, ?> members) {
            return new Expectation(
                    text(members, "id"),
                    Level.valueOf(text(members, "level").toUpperCase(Locale.ROOT)),
                    text(members, "token"),
                    text(members, "keys"),
                    text(members, "revocations"),
                    text(members, "expected").equals("accept"),
                    text(members, "verdict"),
                    text(members, "why"),
                    text(members, "clause"));
        }

        Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("id", id);
            members.put("level", level.text());
            members.put("expected", accepted ? "accept" : "reject");
            members.put("verdict", verdict);
            members.put("token", token);
            members.put("keys", keys);
            members.put("revocations", revocations);
            members.put("why", why);
            members.put("clause", clause);
            return members;
        }
    }

    /**
     * Reads it.
     *
     * @throws KeymgrException USAGE when it is not a {@code kit.json} of this version
     */
    public static Expectations parse(byte[] json) {
        try {
            Map<String, Object> members = Json.parseObject(json);
            if (!FORMAT.equals(members.get("format"))) {
                throw new IllegalArgumentException("its format is not " + FORMAT);
            }
            List<Expectation> cases = new ArrayList<>();
            for (Object element : members.get("cases") instanceof List<?> list ? list : List.of()) {
                if (!(element instanceof Map<?, ?> one)) {
                    throw new IllegalArgumentException("a case is no object");
                }
                cases.add(Expectation.parse(one));
            }
            return new Expectations(
                    scope(members, "scope"),
                    scope(members, "foil"),
                    Instant.parse(text(members, "made")),
                    Instant.parse(text(members, "goodUntil")),
                    Duration.ofSeconds(number(members, "tokenLifetimeMaxSeconds")),
                    number(members, "sequenceSeen"),
                    cases);
        } catch (JsonException | IllegalArgumentException | DateTimeException e) {
            throw new KeymgrException(
                    ErrorCode.USAGE, "this is no " + FILE + ": " + e.getMessage() + "; make one: keymgr kit", e);
        }
    }

    private static Scope scope(Map<?, ?> members, String name) {
        if (members.get(name) instanceof Map<?, ?> scope) {
            return new Scope(
                    new ScopeName(text(scope, "trustScope")), text(scope, "issuer"), List.of(text(scope, "audience")));
        }
        throw new IllegalArgumentException(name + " is no object");
    }

    private static String text(Map<?, ?> members, String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + " is no string");
    }

    private static long number(Map<?, ?> members, String name) {
        if (members.get(name) instanceof Long number && number >= 0) {
            return number;
        }
        throw new IllegalArgumentException(name + " is no whole number");
    }

    /** As it is written. */
    Map<String, Object> members() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("format", FORMAT);
        members.put("made", made.toString());
        members.put("goodUntil", goodUntil.toString());
        members.put("scope", members(scope));
        members.put("foil", members(foil));
        members.put("typ", "at+jwt");
        members.put("algorithms", List.of("ES256", "RS256"));
        members.put("requiredClaims", List.of("iat", "exp"));
        members.put("tokenLifetimeMaxSeconds", tokenLifetimeMax.toSeconds());
        members.put("authorities", "authority.pem");
        members.put("sequenceSeen", sequenceSeen);
        members.put("cases", cases.stream().map(Expectation::members).toList());
        return members;
    }

    private static Map<String, Object> members(Scope scope) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("trustScope", scope.name().value());
        members.put("issuer", scope.issuer());
        members.put("audience", scope.audiences().get(0));
        return members;
    }
}
