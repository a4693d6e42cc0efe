package dev.keymgr.config;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** A mapping of known keys. Refuses the others when it is made. */
final class Section {
    private final Problems problems;
    private final Shape shape;
    private final String path;
    private final Position position;
    private final Node.Mapping node;

    Section(Problems problems, Shape shape, String path, Position position, Node.Mapping node) {
        this.problems = problems;
        this.shape = shape;
        this.path = path;
        this.position = position;
        this.node = node;
        node.members().forEach((name, member) -> {
            if (!shape.keys().contains(name)) {
                problems.error(member.position(), below(Problems.show(name)), "is not a known key; " + instead(name));
            }
        });
    }

    String path() {
        return path;
    }

    Position position() {
        return position;
    }

    Optional<Value> find(String key) {
        if (!shape.keys().contains(key)) {
            throw new IllegalArgumentException(key + " is not a key of " + shape.place());
        }
        return Optional.ofNullable(node.members().get(key))
                .map(member -> new Value(problems, below(key), member.position(), member.value()));
    }

    /** Reports a key that is not there. */
    Optional<Value> require(String key, String wayOut) {
        Optional<Value> value = find(key);
        if (value.isEmpty()) {
            problems.error(position, below(key), "is missing; " + wayOut);
        }
        return value;
    }

    /** A mapping of known keys below this one; an absent one is as good as one without members. */
    Section section(String key, Shape below) {
        return find(key)
                .flatMap(value -> value.section(below))
                .orElseGet(() -> new Section(problems, below, below(key), position, Node.Mapping.NONE));
    }

    /** The duration, or another when it is absent or reported as wrong. */
    Duration duration(String key, Duration least, Duration otherwise) {
        return find(key).flatMap(value -> value.duration(least)).orElse(otherwise);
    }

    /** The number, or another when it is absent or reported as wrong. */
    int integer(String key, int otherwise) {
        return find(key).map(value -> value.integer().orElse(otherwise)).orElse(otherwise);
    }

    /** The same within bounds. */
    int integer(String key, int least, int most, int otherwise) {
        Optional<Value> written = find(key);
        OptionalInt number = written.map(Value::integer).orElse(OptionalInt.empty());
        if (number.isPresent() && (number.getAsInt() < least || number.getAsInt() > most)) {
            written.get().refuseValue(Integer.toString(number.getAsInt()), least + " to " + most);
        }
        return number.orElse(otherwise);
    }

    /** Whether a value stands in the file at a dotted path below this section. */
    boolean isWritten(String dotted) {
        Node here = node;
        for (String key : dotted.split("\\.", -1)) {
            if (!(here instanceof Node.Mapping mapping) || !mapping.members().containsKey(key)) {
                return false;
            }
            here = mapping.members().get(key).value();
        }
        return true;
    }

    /** Where the value at a dotted path stands, or what stands nearest above it. */
    Position positionOf(String dotted) {
        Node here = node;
        Position nearest = position;
        for (String key : dotted.split("\\.", -1)) {
            if (!(here instanceof Node.Mapping mapping) || !mapping.members().containsKey(key)) {
                return nearest;
            }
            nearest = mapping.members().get(key).position();
            here = mapping.members().get(key).value();
        }
        return nearest;
    }

    private String below(String key) {
        return KeyPath.member(path, key);
    }

    private String instead(String name) {
        String allowed = "allowed here: " + String.join(", ", shape.keys());
        Optional<String> near = NearestName.among(shape.keys(), name);
        if (near.isPresent()) {
            return "did you mean " + near.get() + "? " + allowed;
        }
        String places = Shape.ALL.stream()
                .filter(other -> other.keys().contains(name))
                .map(other -> other.place().isEmpty() ? "the top level" : other.place())
                .collect(Collectors.joining(" or "));
        return places.isEmpty() ? allowed : "its place is " + places + "; " + allowed;
    }
}
