package dev.keymgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** No key of the format is taken and then ignored. */
class ConfigKeysTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String POSTGRESQL =
            "postgresql: {url: 'jdbc:postgresql://db/keymgr', user: keymgr, password-source: 'env:P'}";

    @Test
    void theLoaderLooksAtEveryKeyItKnows() throws IOException {
        Set<String> looked = new TreeSet<>();
        for (String text : List.of(Samples.sound(), Samples.sound().replace("sqlite: state/keymgr.db", POSTGRESQL))) {
            JsonNode file = YAML.readTree(text);
            spoil(file, file, "", looked);
        }

        assertThat(looked)
                .containsExactlyInAnyOrderElementsOf(Shape.ALL.stream()
                        .flatMap(shape -> shape.keys().stream().map(key -> shape.place() + "." + key))
                        .collect(Collectors.toSet()));
    }

    /** Puts nonsense in the place of each value, one after the other, and notes whose nonsense is refused. */
    private static void spoil(JsonNode file, JsonNode here, String path, Set<String> looked) throws IOException {
        if (here instanceof ArrayNode list) {
            for (int i = 0; i < list.size(); i++) {
                spoil(file, list.get(i), path + "[" + i + "]", looked);
            }
        }
        if (!(here instanceof ObjectNode object)) {
            return;
        }
        for (String key :
                object.deepCopy().properties().stream().map(e -> e.getKey()).toList()) {
            JsonNode value = object.get(key);
            String below = path.isEmpty() ? key : path + "." + key;
            object.set(
                    key,
                    value.isObject()
                            ? YAML.createArrayNode()
                            : YAML.createObjectNode().put("?", "?"));
            assertThat(Samples.answer(YAML.writeValueAsString(file)))
                    .as(below)
                    .anyMatch(line -> line.contains(": " + below + " ") || line.contains(": " + below + "[0] "));
            object.set(key, value);
            looked.add(place(path) + "." + key);
            spoil(file, value, below, looked);
        }
        looked.removeIf(name -> name.startsWith("scopes.consumer")
                || name.matches("scopes\\.(consumer|enterprise)")
                || name.contains(".verifiers."));
    }

    private static String place(String path) {
        return path.replaceAll("^scopes\\.[a-z]+", "scopes.<scope>").replaceAll("\\[[0-9]]", "[]");
    }
}
