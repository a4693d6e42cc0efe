package dev.keymgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.keymgr.config.StarterConfig.Pace;
import dev.keymgr.key.SigningAlgorithm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The published schema and the loader say the same. */
class ConfigSchemaTest {
    private static final String DRAFT = "https://json-schema.org/draft/2020-12/schema";

    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
    private final Schema schema = registry.getSchema(SchemaPage.text());

    @Test
    void isASchema() {
        Schema draft = registry.getSchema(SchemaLocation.of(DRAFT));

        assertThat(draft.validate(SchemaPage.text(), InputFormat.JSON)).isEmpty();
    }

    @Test
    void acceptsWhatTheLoaderAccepts() {
        String postgresql = Samples.sound()
                .replace("sqlite: state/keymgr.db", "postgresql: {url: 'jdbc:postgresql:keymgr', user: keymgr}");
        String loopback = Samples.least().replace("https://login.example/consumer", "http://[::1]:8080");
        List<String> texts = List.of(
                Samples.sound(),
                Samples.least(),
                Samples.withoutFolder(),
                postgresql,
                loopback,
                new StarterConfig(Pace.DAYS, Path.of("/opt/client.so"), null).render(),
                new StarterConfig(Pace.SECONDS, null, Path.of("/opt/module.so")).render());

        for (String text : texts) {
            assertThat(Samples.answer(text)).isEmpty();
            assertThat(refusals(text)).as(text).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("badFiles")
    void refusesWhatTheLoaderRefusesAsFarAsASchemaCan(Samples.BadFile file) {
        assertThat(refusals(file.text()).isEmpty()).isEqualTo(file.isBeyondTheSchema());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "14d",
                "1h30m",
                "0s",
                "1D2H3M4S",
                "PT1H",
                "p1dt2h",
                "PT1.5S",
                "1000000d",
                "1m1h",
                "d",
                "",
                "5",
                "P",
                "PT",
                "PD",
                "1.5h",
                " 5m",
                "5 m",
                "-5m",
                "5µs",
                "PT1,5S"
            })
    void takesTheSameDurationsAsTheLoader(String text) {
        String file = Samples.sound().replace("cdn: 30s", "cdn: '" + text + "'");

        boolean loader = Samples.answer(file).stream().noneMatch(line -> line.contains("a duration"));

        assertThat(refusals(file).isEmpty()).isEqualTo(loader);
    }

    @Test
    void hasTheKeysTheLoaderHasAndNoOthers() {
        Map<String, List<String>> keys = new TreeMap<>();
        SchemaPage.objects().forEach((place, object) -> {
            List<String> names = new ArrayList<>();
            object.path("properties").fieldNames().forEachRemaining(names::add);
            keys.put(place, names);
            assertThat(object.path("additionalProperties").isBoolean())
                    .as(place)
                    .isTrue();
        });

        assertThat(keys)
                .isEqualTo(Shape.ALL.stream()
                        .collect(Collectors.toMap(Shape::place, Shape::keys, (a, b) -> a, TreeMap::new)));
    }

    @Test
    void hasTheDefaultsOfTheLoader() throws IOException {
        String text = new YAMLMapper().writeValueAsString(spelledOut());

        assertThat(Samples.load(text)).isEqualTo(Samples.load(Samples.least()));
    }

    @Test
    void hasTheAlgorithmsOfTheLoader() {
        List<String> names = new ArrayList<>();
        SchemaPage.object(Shape.POLICY.place())
                .at("/properties/algorithms/items/enum")
                .forEach(name -> names.add(name.asText()));

        assertThat(names)
                .isEqualTo(
                        Arrays.stream(SigningAlgorithm.values()).map(Enum::name).toList());
    }

    @Test
    void describesEveryKeyAndGivesExamplesItAccepts() {
        for (Map.Entry<String, JsonNode> object : SchemaPage.objects().entrySet()) {
            for (Map.Entry<String, JsonNode> property :
                    object.getValue().path("properties").properties()) {
                JsonNode meaning = SchemaPage.resolve(property.getValue());
                String key = object.getKey() + "." + property.getKey();
                assertThat(meaning.path("description").asText()).as(key).isNotEmpty();
                for (JsonNode example : property.getValue().path("examples")) {
                    Schema alone = registry.getSchema(SchemaPage.alone(property.getValue()));
                    assertThat(alone.validate(example)).as(key + " " + example).isEmpty();
                }
            }
        }
    }

    static List<Samples.BadFile> badFiles() {
        return Samples.badFiles();
    }

    /** The least file with every default of the schema written into it. */
    private static JsonNode spelledOut() throws IOException {
        JsonNode file = new YAMLMapper().readTree(Samples.least());
        SchemaPage.writeDefaults(file, "");
        JsonNode consumer = file.at("/scopes/consumer");
        SchemaPage.writeDefaults(consumer, Shape.SCOPE.place());
        assertThat(consumer.at("/policy/tick/missed").isInt()).isTrue();
        assertThat(file.at("/store/sqlite").isTextual()).isTrue();
        return file;
    }

    private List<String> refusals(String text) {
        try {
            return schema.validate(new YAMLMapper().readTree(text)).stream()
                    .map(Object::toString)
                    .toList();
        } catch (IOException e) {
            return List.of("not YAML");
        }
    }
}
