package dev.keymgr.config;

import dev.keymgr.rollover.Durations;
import dev.keymgr.rollover.RolloverPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * One value of the file with its path and place. Each question either answers, or reports why it cannot and answers with
 * empty: whoever asks goes on with the rest of the file.
 */
record Value(Problems problems, String path, Position position, Node node) {
    private static final Pattern INSTANT =
            Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})");

    Optional<String> text() {
        Optional<String> text = scalar(Node.Form.TEXT, "text").map(Node.Scalar::text);
        if (text.isPresent() && (text.get().isBlank() || text.get().chars().anyMatch(Character::isISOControl))) {
            refuse("is " + Problems.show(text.get()) + "; it must be one line of text, not blank");
            return Optional.empty();
        }
        return text;
    }

    /** A duration of at least so much, and at most what a policy bears. */
    Optional<Duration> duration(Duration least) {
        return duration(least, RolloverPolicy.DURATION_MAX);
    }

    Optional<Duration> duration(Duration least, Duration most) {
        if (!(node instanceof Node.Scalar scalar) || scalar.isNothing()) {
            return refuseKind("a duration such as 14d or 1h30m");
        }
        Optional<Duration> duration = Optional.of(scalar.text())
                .filter(text -> text.equals(text.strip()))
                .flatMap(Durations::parse);
        if (duration.isEmpty()) {
            return refuseValue(scalar.text(), "a duration: whole numbers with d, h, m or s, such as 14d or 1h30m");
        }
        if (duration.get().compareTo(least) < 0 || duration.get().compareTo(most) > 0) {
            problems.impossible(
                    position,
                    path,
                    "is " + Problems.show(scalar.text()) + "; it must be " + Durations.format(least) + " to "
                            + Durations.format(most));
            return Optional.empty();
        }
        return duration;
    }

    /** A point in time, in UTC or with an offset. */
    Optional<Instant> instant() {
        Optional<String> text = text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (INSTANT.matcher(text.get()).matches()) {
                return Optional.of(OffsetDateTime.parse(text.get()).toInstant());
            }
        } catch (DateTimeParseException e) {
            // a day or an hour that there is not: said below, with the form that is understood
        }
        return refuseValue(text.get(), "an instant such as 2026-12-20T00:00:00Z or 2026-12-20T01:00:00+01:00");
    }

    OptionalInt integer() {
        return scalar(Node.Form.INTEGER, "a whole number of up to 9 digits")
                .map(scalar -> OptionalInt.of(Integer.parseInt(scalar.text())))
                .orElse(OptionalInt.empty());
    }

    Optional<Boolean> flag() {
        return scalar(Node.Form.BOOLEAN, "true or false").map(scalar -> Boolean.valueOf(scalar.text()));
    }

    /** One of some words, exactly as written here. */
    Optional<String> word(List<String> words) {
        Optional<String> text = text();
        if (text.isEmpty() || words.contains(text.get())) {
            return text;
        }
        String hint = NearestName.among(words, text.get())
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
        return refuseValue(text.get(), (words.size() == 1 ? "" : "one of ") + String.join(", ", words) + hint);
    }

    /** The elements of a list that has some; the rule says so to whoever wrote something else. */
    Optional<List<Value>> items(String rule) {
        if (!(node instanceof Node.Sequence sequence) || sequence.items().isEmpty()) {
            return refuseKind(rule);
        }
        List<Value> items = new ArrayList<>();
        for (Node.Item item : sequence.items()) {
            items.add(new Value(problems, KeyPath.element(path, items.size()), item.position(), item.value()));
        }
        return Optional.of(items);
    }

    /** The members of a mapping whose keys are names. */
    Optional<Map<String, Value>> members() {
        if (!(node instanceof Node.Mapping mapping)) {
            return refuseKind("a mapping");
        }
        Map<String, Value> members = new LinkedHashMap<>();
        mapping.members()
                .forEach((name, member) -> members.put(
                        name,
                        new Value(
                                problems,
                                KeyPath.member(path, Problems.show(name)),
                                member.position(),
                                member.value())));
        return Optional.of(members);
    }

    /** A mapping of known keys. */
    Optional<Section> section(Shape shape) {
        if (!(node instanceof Node.Mapping mapping)) {
            return refuseKind("a mapping with " + String.join(", ", shape.keys()));
        }
        return Optional.of(new Section(problems, shape, path, position, mapping));
    }

    boolean isText() {
        return node instanceof Node.Scalar scalar && scalar.form() == Node.Form.TEXT;
    }

    void refuse(String text) {
        problems.error(position, path, text);
    }

    <T> Optional<T> refuseValue(String shown, String rule) {
        refuse("is " + Problems.show(shown) + "; it must be " + rule);
        return Optional.empty();
    }

    private Optional<Node.Scalar> scalar(Node.Form form, String rule) {
        if (!(node instanceof Node.Scalar scalar) || scalar.isNothing()) {
            return refuseKind(rule);
        }
        if (scalar.form() == form) {
            return Optional.of(scalar);
        }
        if (form != Node.Form.TEXT) {
            boolean quoted = scalar.form() == Node.Form.TEXT && YamlReader.plainForm(scalar.text()) == form;
            return refuseValue(scalar.text(), quoted ? rule + ": without the quotes" : rule);
        }
        // Without the value: it may be a PIN in the place of its source.
        refuse("is " + scalar.kind() + "; it must be " + rule + ": put it in quotes");
        return Optional.empty();
    }

    private <T> Optional<T> refuseKind(String rule) {
        if (!(node instanceof Node.Scalar scalar)) {
            refuse("is " + node.kind() + "; it must be " + rule);
        } else if (scalar.form() == Node.Form.EMPTY) {
            refuse("is empty; it must be " + rule);
        } else if (scalar.form() != Node.Form.REFUSED) {
            refuse("is " + scalar.kind() + "; it must be " + rule);
        }
        return Optional.empty();
    }
}
