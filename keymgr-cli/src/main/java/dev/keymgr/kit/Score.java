package dev.keymgr.kit;

import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.kit.Expectations.Expectation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a verifier made of a kit. A token of which it said nothing counts as wrong.
 *
 * @param rightByLevel how many of each level it judged as it should
 * @param countByLevel how many there are of each level
 * @param wrong the rest, in the order of the kit
 */
public record Score(Map<Level, Integer> rightByLevel, Map<Level, Integer> countByLevel, List<Wrong> wrong) {
    public Score {
        rightByLevel = Map.copyOf(rightByLevel);
        countByLevel = Map.copyOf(countByLevel);
        wrong = List.copyOf(wrong);
    }

    /** What a verifier said of a token. */
    public enum Answer {
        ACCEPTED,
        REJECTED,
        SILENT
    }

    /** A token that was misjudged. */
    public record Wrong(Expectation expectation, Answer answer) {}

    /** Compares. */
    public static Score of(Expectations expectations, Map<String, Answer> answers) {
        Map<Level, Integer> right = new LinkedHashMap<>();
        Map<Level, Integer> count = new LinkedHashMap<>();
        List<Wrong> wrong = new ArrayList<>();
        for (Level level : Level.values()) {
            right.put(level, 0);
            count.put(level, 0);
        }
        for (Expectation one : expectations.cases()) {
            Answer answer = answers.getOrDefault(one.id(), Answer.SILENT);
            count.merge(one.level(), 1, Integer::sum);
            if (answer == (one.accepted() ? Answer.ACCEPTED : Answer.REJECTED)) {
                right.merge(one.level(), 1, Integer::sum);
            } else {
                wrong.add(new Wrong(one, answer));
            }
        }
        return new Score(right, count, wrong);
    }

    /** Whether nothing of a level was misjudged. */
    public boolean isPerfect(Level level) {
        return wrong.stream().noneMatch(w -> w.expectation().level() == level);
    }

    /** One verdict as it is read. */
    static String line(String id, boolean accepted) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("id", id);
        members.put("accepted", accepted);
        return new String(Json.render(members), StandardCharsets.UTF_8);
    }

    /**
     * Reads verdicts: a JSON object a line, with {@code id} and {@code accepted}; other members and empty lines count for
     * nothing.
     *
     * @throws KeymgrException USAGE naming the line: no such object, an id that is not in the kit or comes twice
     */
    public static Map<String, Answer> read(Expectations expectations, String lines) {
        List<String> ids = expectations.cases().stream().map(Expectation::id).toList();
        Map<String, Answer> answers = new LinkedHashMap<>();
        int number = 0;
        for (String line : lines.lines().toList()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            try {
                Map<String, Object> members = Json.parseObject(line.getBytes(StandardCharsets.UTF_8));
                if (!(members.get("id") instanceof String id) || !ids.contains(id)) {
                    throw new IllegalArgumentException("its id is none of the kit");
                }
                if (!(members.get("accepted") instanceof Boolean accepted)) {
                    throw new IllegalArgumentException("accepted is neither true nor false");
                }
                if (answers.put(id, accepted ? Answer.ACCEPTED : Answer.REJECTED) != null) {
                    throw new IllegalArgumentException("a second verdict on " + id);
                }
            } catch (JsonException | IllegalArgumentException e) {
                throw new KeymgrException(
                        ErrorCode.USAGE,
                        "line " + number + " of the verdicts: " + e.getMessage() + "; nothing was scored; write"
                                + " {\"id\":\"good\",\"accepted\":true}",
                        e);
            }
        }
        return answers;
    }
}
