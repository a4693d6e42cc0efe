package dev.keymgr.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The schema of the file, and the reference page made of it: one heading for each mapping, one row for each key. */
final class SchemaPage {
    private static final JsonNode ROOT = read();

    private SchemaPage() {}

    static String text() {
        return Samples.resource("keymgr.schema.json");
    }

    /** Every mapping with known keys, by the name its place has in a {@link Shape}. */
    static Map<String, JsonNode> objects() {
        Map<String, JsonNode> objects = new LinkedHashMap<>();
        collect("", ROOT, objects);
        return objects;
    }

    static JsonNode object(String place) {
        return Objects.requireNonNull(objects().get(place), place);
    }

    /** What a reference stands for, with what is said beside it. */
    static JsonNode resolve(JsonNode property) {
        String reference = property.path("$ref").asText();
        if (!reference.startsWith("#/")) {
            return property;
        }
        ObjectNode whole = resolve(ROOT.at(reference.substring(1))).deepCopy();
        property.properties().forEach(member -> whole.set(member.getKey(), member.getValue()));
        return whole;
    }

    /** A property as a schema of its own. */
    static JsonNode alone(JsonNode property) {
        ObjectNode alone = property.deepCopy();
        alone.set("$defs", ROOT.path("$defs"));
        return alone;
    }

    /** Fills in every default below an object of the file, where the file has nothing. */
    static void writeDefaults(JsonNode file, String place) {
        for (Map.Entry<String, JsonNode> property :
                object(place).path("properties").properties()) {
            JsonNode meaning = resolve(property.getValue());
            if (file instanceof ObjectNode object && meaning.has("default") && !object.has(property.getKey())) {
                object.set(property.getKey(), meaning.path("default").deepCopy());
            }
            String below = place.isEmpty() ? property.getKey() : place + "." + property.getKey();
            if (objects().containsKey(below) && file.has(property.getKey()) && !below.equals(Shape.STORE.place())) {
                writeDefaults(file.path(property.getKey()), below);
            }
        }
    }

    static String render() {
        StringBuilder page = new StringBuilder("""
                # keymgr.yaml

                Made from `keymgr-cli/src/main/resources/dev/keymgr/config/keymgr.schema.json`; change it there, then run the
                tests of `keymgr-cli` with `-Dkeymgr.docs.write=true`.

                Durations are whole numbers with `d`, `h`, `m` or `s`, such as `14d` or `1h30m`. Relative paths begin at the
                folder of the file. An unknown key, a key given twice, a YAML anchor, alias or tag, and a file above 1 MiB are
                errors; all errors are reported at once, each with its line, and nothing is started.
                """);
        objects().forEach((place, object) -> section(page, place, object));
        return page.toString();
    }

    private static void section(StringBuilder page, String place, JsonNode object) {
        page.append("\n## ")
                .append(place.isEmpty() ? "The file" : "`" + place + "`")
                .append("\n\n");
        page.append(object.path("description").asText()).append("\n\n");
        page.append("| key | value | default | meaning | example |\n| --- | --- | --- | --- | --- |\n");
        for (Map.Entry<String, JsonNode> property : object.path("properties").properties()) {
            JsonNode meaning = resolve(property.getValue());
            boolean required = StreamSupport.stream(object.path("required").spliterator(), false)
                    .anyMatch(key -> key.asText().equals(property.getKey()));
            page.append("| `").append(property.getKey()).append("` | ");
            page.append(kind(property.getValue(), meaning)).append(" | ");
            page.append(required ? "required" : inline(meaning.path("default"))).append(" | ");
            page.append(cell(meaning.path("description").asText())).append(" | ");
            page.append(StreamSupport.stream(meaning.path("examples").spliterator(), false)
                            .map(SchemaPage::inline)
                            .collect(Collectors.joining(" ")))
                    .append(" |\n");
        }
    }

    private static String kind(JsonNode property, JsonNode meaning) {
        if (meaning.has("enum")) {
            return StreamSupport.stream(meaning.path("enum").spliterator(), false)
                    .map(SchemaPage::inline)
                    .collect(Collectors.joining(" or "));
        }
        if (meaning.has("const")) {
            return inline(meaning.path("const"));
        }
        return switch (property.path("$ref").asText()) {
            case "#/$defs/duration" -> "duration";
            case "#/$defs/path" -> "path";
            case "#/$defs/instant" -> "instant";
            case "#/$defs/secret-source" -> "place of a secret";
            default ->
                switch (meaning.path("type").asText()) {
                    case "array" -> "list";
                    case "object" -> "mapping";
                    case "boolean" -> "`true` or `false`";
                    case "integer" ->
                        meaning.path("minimum").asText() + " to "
                                + meaning.path("maximum").asText();
                    case "string" -> "text";
                    default -> "path or list";
                };
        };
    }

    private static String inline(JsonNode value) {
        if (value.isMissingNode() || (value.isObject() && value.isEmpty())) {
            return "";
        }
        return "`" + cell(yaml(value)) + "`";
    }

    /** In YAML's flow form, as one would write it. */
    private static String yaml(JsonNode value) {
        if (value.isObject()) {
            return value.properties().stream()
                    .map(member -> member.getKey() + ": " + yaml(member.getValue()))
                    .collect(Collectors.joining(", ", "{", "}"));
        }
        if (value.isArray()) {
            return StreamSupport.stream(value.spliterator(), false)
                    .map(SchemaPage::yaml)
                    .collect(Collectors.joining(", ", "[", "]"));
        }
        return value.asText();
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }

    private static void collect(String place, JsonNode object, Map<String, JsonNode> objects) {
        objects.put(place, object);
        for (Map.Entry<String, JsonNode> property : object.path("properties").properties()) {
            String below = place.isEmpty() ? property.getKey() : place + "." + property.getKey();
            JsonNode meaning = resolve(property.getValue());
            if (meaning.has("properties")) {
                collect(below, meaning, objects);
            } else if (resolve(meaning.path("items")).has("properties")) {
                collect(below + "[]", resolve(meaning.path("items")), objects);
            } else if (resolve(meaning.path("additionalProperties")).has("properties")) {
                collect(below + ".<scope>", resolve(meaning.path("additionalProperties")), objects);
            }
        }
    }

    private static JsonNode read() {
        try {
            return new ObjectMapper().readTree(text());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
