package dev.keymgr.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * YAML text as a tree of nodes with their positions. Takes the part of YAML that reads the same to everyone: one
 * document, text keys, no anchors, aliases or tags, no key twice. The only class that knows the YAML library; it takes
 * parser events, because no layer above them keeps the position of both key and value, and each costs start-up time.
 */
final class YamlReader {
    /** The format needs 6. */
    private static final int DEPTH_MAX = 16;

    private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,8})");
    private static final Pattern NUMBER =
            Pattern.compile("[-+]?(\\.[0-9]|[0-9])[0-9_]*(\\.[0-9_]*)?([eE][-+]?[0-9]+)?|[-+]?0[xob][0-9a-fA-F_]+");
    private static final Node.Scalar REFUSED = new Node.Scalar(Node.Form.REFUSED, "");

    private final Parser parser;
    private final Problems problems;

    private YamlReader(Parser parser, Problems problems) {
        this.parser = parser;
        this.problems = problems;
    }

    /** Empty when there is no tree to go on with; the problems then say why. */
    static Optional<Node.Mapping> read(String text, Problems problems) {
        try {
            return new YamlReader(new ParserImpl(new StreamReader(text), new LoaderOptions()), problems).document();
        } catch (Abandoned e) {
            return Optional.empty();
        } catch (MarkedYAMLException e) {
            Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
            problems.error(
                    mark == null ? Position.NOWHERE : position(mark), "", "not YAML: " + firstLine(e.getProblem()));
        } catch (ReaderException e) {
            int before = text.offsetByCodePoints(0, Math.min(e.getPosition(), text.codePointCount(0, text.length())));
            int line = 1
                    + (int) text.substring(0, before)
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            problems.error(
                    new Position(line, 1),
                    "",
                    String.format(
                            Locale.ROOT,
                            "not YAML: the character \\u%04x is not allowed; remove it",
                            e.getCodePoint()));
        } catch (YAMLException | NumberFormatException e) {
            // An escape with letters for digits comes out of the library as a bare NumberFormatException.
            problems.error(Position.NOWHERE, "", "not YAML: " + firstLine(e.getMessage()));
        }
        return Optional.empty();
    }

    private Optional<Node.Mapping> document() {
        next();
        Event first = next();
        if (first.is(Event.ID.StreamEnd)) {
            problems.error(Position.NOWHERE, "", "the file is empty; 'keymgr init' writes a commented one");
            return Optional.empty();
        }
        Event root = next();
        Node node = node(root, "", 0);
        next();
        Event after = next();
        if (!after.is(Event.ID.StreamEnd)) {
            problems.error(position(after), "", "a second YAML document begins here; keep one");
        }
        if (node instanceof Node.Mapping mapping) {
            return Optional.of(mapping);
        }
        problems.error(
                position(root),
                "",
                "the file is " + node.kind() + "; it must be a mapping with version, hsm and scopes");
        return Optional.empty();
    }

    private Node node(Event event, String path, int depth) {
        if (depth > DEPTH_MAX && event instanceof CollectionStartEvent) {
            problems.error(position(event), path, "is nested deeper than " + DEPTH_MAX + " levels; flatten it");
            // Not skipped: the library takes time in the square of the depth.
            throw new Abandoned();
        }
        refuseCleverness(event, path);
        if (event instanceof ScalarEvent scalar) {
            return new Node.Scalar(form(scalar), scalar.getValue());
        }
        if (event.is(Event.ID.SequenceStart)) {
            return sequence(path, depth);
        }
        return event.is(Event.ID.MappingStart) ? mapping(path, depth) : REFUSED;
    }

    private Node.Sequence sequence(String path, int depth) {
        List<Node.Item> items = new ArrayList<>();
        for (Event event = next(); !event.is(Event.ID.SequenceEnd); event = next()) {
            items.add(new Node.Item(position(event), node(event, KeyPath.element(path, items.size()), depth + 1)));
        }
        return new Node.Sequence(items);
    }

    private Node.Mapping mapping(String path, int depth) {
        Map<String, Node.Member> members = new LinkedHashMap<>();
        for (Event event = next(); !event.is(Event.ID.MappingEnd); event = next()) {
            Node key = node(event, path, depth + 1);
            Position position = position(event);
            String name = key instanceof Node.Scalar scalar ? scalar.text() : "";
            String below = KeyPath.member(path, Problems.show(name));
            Node value = node(next(), below, depth + 1);
            if (!(key instanceof Node.Scalar)) {
                problems.error(position, path, "has " + key.kind() + " as a key; keys are plain text");
                continue;
            }
            Node.Member twin = members.get(name);
            if (twin != null) {
                problems.error(
                        position,
                        below,
                        "is given twice, first on line " + twin.position().line() + "; keep one");
            } else if (key != REFUSED) {
                members.put(name, new Node.Member(position, value));
            }
        }
        return new Node.Mapping(members);
    }

    private void refuseCleverness(Event event, String path) {
        String instead = "; write the value out";
        if (event instanceof AliasEvent) {
            problems.error(position(event), path, "is a YAML alias" + instead);
        } else if (event instanceof NodeEvent node && node.getAnchor() != null) {
            problems.error(position(event), path, "has a YAML anchor; remove it");
        }
        if (tag(event) != null) {
            problems.error(position(event), path, "has a YAML tag; remove it");
        }
    }

    private static @Nullable String tag(Event event) {
        if (event instanceof ScalarEvent scalar) {
            return scalar.getTag();
        }
        return event instanceof CollectionStartEvent collection ? collection.getTag() : null;
    }

    private static Node.Form form(ScalarEvent scalar) {
        return scalar.isPlain() ? plainForm(scalar.getValue()) : Node.Form.TEXT;
    }

    /** What a text is when no quotes stand around it. */
    static Node.Form plainForm(String text) {
        return switch (text) {
            case "", "~", "null", "Null", "NULL" -> Node.Form.EMPTY;
            case "true", "false" -> Node.Form.BOOLEAN;
            default -> number(text);
        };
    }

    private static Node.Form number(String text) {
        if (INTEGER.matcher(text).matches()) {
            return Node.Form.INTEGER;
        }
        return NUMBER.matcher(text).matches() ? Node.Form.NUMBER : Node.Form.TEXT;
    }

    private Event next() {
        return parser.getEvent();
    }

    private static Position position(Event event) {
        return position(event.getStartMark());
    }

    private static Position position(Mark mark) {
        return new Position(mark.getLine() + 1, mark.getColumn() + 1);
    }

    /** The library's own sentence without the excerpt it appends: an excerpt may hold what someone typed for a PIN. */
    private static String firstLine(@Nullable String message) {
        return message == null ? "unreadable" : message.lines().findFirst().orElse("unreadable");
    }

    /** Reading goes no further; the problem is reported. */
    private static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Abandoned() {
            super(null, null, false, false);
        }
    }
}
