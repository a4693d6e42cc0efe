package dev.keymgr.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.keymgr.testkit.DemoFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Alert rules and dashboard, held against what is exported: a name that is mistyped never fires. */
class MonitoringFilesTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final Path RULES = DOCS.resolve("monitoring/alerts.yml");
    private static final Path DASHBOARD = DOCS.resolve("monitoring/grafana.json");
    private static final Map<String, Exposition.Family> EXPORTED =
            FedMetrics.exposition().families();

    /** What Prometheus itself adds to every series. */
    private static final Set<String> TARGET = Set.of("job", "instance");

    private static final Pattern NAME = Pattern.compile("\\bkeymgr_\\w+");
    private static final Pattern SELECTOR = Pattern.compile("\\b(keymgr_\\w+)\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)");
    private static final Pattern GROUPING =
            Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");

    @Test
    void everyRuleAsksForWhatIsExported() throws IOException {
        assertThat(rules())
                .hasSizeGreaterThan(12)
                .allSatisfy(rule -> requireKnown(rule.get("expr").textValue()));
    }

    @Test
    void everyRuleSaysHowBadItIsWhatItMeansAndWhereToReadOn() throws IOException {
        assertThat(rules()).allSatisfy(rule -> {
            assertThat(rule.get("alert").textValue()).startsWith("Keymgr");
            assertThat(rule.at("/labels/severity").textValue()).isIn("critical", "warning");
            assertThat(rule.at("/annotations/summary").textValue()).isNotBlank();
            String runbook = rule.at("/annotations/runbook").textValue();
            assertThat(runbook).startsWith("docs/operations/troubleshooting.md#");
            assertThat(anchors()).contains(runbook.substring(runbook.indexOf('#') + 1));
        });
        assertThat(rules().stream().map(r -> r.get("alert").textValue())).doesNotHaveDuplicates();
    }

    @Test
    void aRuleSpeaksOnlyOfLabelsThatItsExpressionLeaves() throws IOException {
        assertThat(rules()).allSatisfy(rule -> {
            Set<String> known = labels(rule.get("expr").textValue());
            assertThat(find(
                            Pattern.compile("\\$labels\\.(\\w+)"),
                            rule.at("/annotations/summary").textValue()))
                    .allSatisfy(label -> assertThat(known).contains(label.group(1)));
        });
    }

    @Test
    void everyPanelAsksForWhatIsExported() throws IOException {
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        List<JsonNode> targets = dashboard.findValues("targets").stream()
                .flatMap(DemoFolder::stream)
                .toList();

        assertThat(targets).hasSizeGreaterThan(12).allSatisfy(target -> {
            String expression = target.get("expr").textValue();
            requireKnown(expression);
            Set<String> known = labels(expression);
            assertThat(find(
                            Pattern.compile("\\{\\{(\\w+)}}"),
                            target.get("legendFormat").textValue()))
                    .allSatisfy(label -> assertThat(known).contains(label.group(1)));
        });
        assertThat(dashboard.at("/templating/list").findValuesAsText("query"))
                .filteredOn(q -> q.startsWith("label_values"))
                .isNotEmpty()
                .allSatisfy(query -> {
                    List<String> parts = Arrays.asList(query.split("[(), ]+"));
                    assertThat(EXPORTED).containsKey(parts.get(1));
                    assertThat(exported(parts.get(1))).contains(parts.get(2));
                });
    }

    @Test
    void everyMetricIsOnTheDashboardOrInARule() throws IOException {
        String all = Files.readString(DASHBOARD) + Files.readString(RULES);

        assertThat(EXPORTED.keySet()).allSatisfy(name -> assertThat(all).containsPattern("\\b" + name + "\\b"));
    }

    private static void requireKnown(String expression) {
        List<String> names =
                find(NAME, expression).stream().map(MatchResult::group).toList();
        assertThat(names).as(expression).isNotEmpty();
        assertThat(EXPORTED.keySet()).as(expression).containsAll(names);
        for (MatchResult selector : find(SELECTOR, expression)) {
            Set<String> known = new HashSet<>(exported(selector.group(1)));
            known.addAll(TARGET);
            assertThat(find(MATCHER, selector.group(2)))
                    .as(expression)
                    .isNotEmpty()
                    .allSatisfy(label -> assertThat(known).contains(label.group(1)));
        }
        Set<String> known = new HashSet<>(TARGET);
        names.forEach(name -> known.addAll(exported(name)));
        for (MatchResult grouping : find(GROUPING, expression)) {
            assertThat(known).as(expression).containsAll(words(grouping.group(1)));
        }
    }

    /** Those of the outermost aggregation, or else of every metric in it. */
    private static Set<String> labels(String expression) {
        Set<String> labels = new HashSet<>(TARGET);
        List<MatchResult> groupings = find(Pattern.compile("\\bby\\s*\\(([^)]*)\\)"), expression);
        if (!groupings.isEmpty()) {
            return words(groupings.get(0).group(1));
        }
        find(NAME, expression).forEach(n -> labels.addAll(exported(n.group())));
        return labels;
    }

    private static Set<String> words(String list) {
        return Arrays.stream(list.split("[ ,]+")).filter(w -> !w.isEmpty()).collect(Collectors.toSet());
    }

    private static List<MatchResult> find(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    // ---- reading

    private static Set<String> exported(String metric) {
        return Objects.requireNonNull(EXPORTED.get(metric), metric).labels();
    }

    private static List<JsonNode> rules() throws IOException {
        return new YAMLMapper()
                .readTree(RULES.toFile()).get("groups").findValues("rules").stream()
                        .flatMap(DemoFolder::stream)
                        .toList();
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors() throws IOException {
        return Files.readAllLines(DOCS.resolve("operations/troubleshooting.md")).stream()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("^#+ ", "")
                        .toLowerCase(Locale.ROOT)
                        .replaceAll("[^a-z0-9 -]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }
}
