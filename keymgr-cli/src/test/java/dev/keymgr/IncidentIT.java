package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr.Run;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The account of a stolen key, from the first suspicion to its end. */
@Tag("long")
@TestMethodOrder(OrderAnnotation.class)
class IncidentIT {
    private static final String NOBODY_KNOWS = "how the key was lost: no cause is confirmed";

    @TempDir
    private static Path folder;

    private static DemoFolder demo;
    private static String stolen;

    @BeforeAll
    static void begin() {
        demo = DemoFolder.withoutKeys(folder.resolve("demo"));
        demo.keymgr().expect(0, "apply", "consumer");
        stolen = demo.kid("consumer", "ACTIVE");
        DemoFolder.write(folder.resolve("build.log"), "PIN=1234\n");
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    /** The kid last and behind two dashes: it may begin with one. */
    private static Run incident(String action, String... options) {
        return demo.keymgr().run(line(List.of(), action, options));
    }

    private static String[] line(List<String> before, String action, String... options) {
        List<String> line = new ArrayList<>(before);
        line.addAll(List.of("incident", action));
        Collections.addAll(line, options);
        line.addAll(List.of("--", stolen));
        return line.toArray(String[]::new);
    }

    private static JsonNode report() {
        return demo.keymgr()
                .run(line(List.of("-o", "json"), "report"))
                .expect(0)
                .json();
    }

    private static List<JsonNode> statements(JsonNode report, String certainty) {
        return DemoFolder.stream(report.get("statements"))
                .filter(s -> s.get("certainty").textValue().equals(certainty))
                .toList();
    }

    private static Stream<String> texts(JsonNode report, String certainty) {
        return statements(report, certainty).stream().map(s -> s.get("text").textValue());
    }

    private static String action(JsonNode record) {
        return String.join("", demo.query("SELECT action FROM audit_record WHERE sequence = " + record.longValue()));
    }

    @Test
    @Order(1)
    void withoutAnIncidentThereIsNothingToAddToOrToPrint() {
        String before = demo.standing();

        incident("report").expect(1).says("was ever opened", "incident open");
        incident("note", "--unknown", "who").expect(1).says("nothing was recorded");
        incident("close", "--reason", "over").expect(1).says("nothing was recorded");
        incident("cause", "--suspected", "x").expect(1).says("nothing was recorded");
        for (String[] bad : new String[][] {
            {"open"},
            {"open", "--reason", " "},
            {"open", "--reason", "x", "--noticed-at", "2999-01-01T00:00:00Z"},
            {"open", "--reason", "x", "--page", "build.log"},
            {"note", "--observed", "x", "--reason", "y"},
            {"close", "--reason", "x", "--evidence", "build.log"},
            {"reopen", "--reason", "x"}
        }) {
            String[] options = Stream.of(bad).skip(1).toArray(String[]::new);
            incident(bad[0], options).expect(2);
        }
        demo.keymgr().expect(2, "incident", "open", "--reason", "x", "zzzzzzzz").says("KM-KEY-UNKNOWN");
        assertThat(demo.standing()).isEqualTo(before);
    }

    @Test
    @Order(2)
    void oneIsOpenOfAKeyAtATimeAndGrowsByRevisions() {
        String noticed = DemoFolder.CLOCK.instant().minusSeconds(3_600).toString();
        incident("open", "--reason", "strange <b>tokens</b> & \"more\"", "--noticed-at", noticed)
                .expect(0)
                .says("revision 1", "open");
        incident("open", "--reason", "again").expect(1).says("open already");
        incident("note", "--observed", "seen in a log").expect(0).says("revision 2");
        incident("note", "--inferred", "from the build host", "--confidence", "medium")
                .expect(0)
                .says("revision 3");
        incident("note", "--unknown", "who has the backup").expect(0).says("revision 4");

        JsonNode report = report();
        assertThat(report.get("revision").intValue()).isEqualTo(4);
        assertThat(report.get("times").get("detectedAt").textValue()).isEqualTo(noticed);
        assertThat(texts(report, "observed")).anyMatch(t -> t.contains("seen in a log"));
        assertThat(texts(report, "inferred")).noneMatch(t -> t.contains("seen in a log"));
        assertThat(texts(report, "unknown"))
                .anyMatch(t -> t.contains("who has the backup"))
                .contains(NOBODY_KNOWS);
        assertThat(statements(report, "inferred"))
                .singleElement()
                .satisfies(s -> assertThat(s.get("confidence").textValue()).isEqualTo("medium"));
    }

    @Test
    @Order(3)
    void badNotesAndCausesAreRefusedAndChangeNothing() {
        String before = demo.standing();

        for (String[] bad : new String[][] {
            {"note"},
            {"note", "--observed", "a", "--unknown", "b"},
            {"note", "--inferred", "a"},
            {"note", "--observed", "a", "--confidence", "high"},
            {"note", "--observed", "a", "--evidence", "."},
            {"cause"},
            {"cause", "--suspected", "a", "--confirmed", "b"},
            {"cause", "--confirmed", "a", "--evidence", "no-such-file"},
            {"close"}
        }) {
            String[] options = Stream.of(bad).skip(1).toArray(String[]::new);
            incident(bad[0], options).expect(2);
        }
        incident("cause", "--confirmed", "the PIN was in a log").expect(1).says("--evidence");
        assertThat(demo.standing()).isEqualTo(before);
    }

    @Test
    @Order(4)
    void aCauseIsConfirmedByEvidenceAndTheSuspicionBeforeItStays() {
        incident("cause", "--suspected", "a crash dump").expect(0).says("revision 5");
        assertThat(texts(report(), "unknown")).contains(NOBODY_KNOWS);
        incident("cause", "--confirmed", "the PIN was in a log", "--evidence", "build.log")
                .expect(0)
                .says("revision 6");

        JsonNode causes = report().get("causes");
        assertThat(causes.findValuesAsText("standing")).containsExactly("suspected", "confirmed");
        assertThat(causes.findValuesAsText("text")).containsExactly("a crash dump", "the PIN was in a log");
        assertThat(causes.get(0).has("evidence")).isFalse();
        assertThat(causes.get(1).get("evidence").get("name").textValue()).isEqualTo("build.log");
        assertThat(causes.get(1).get("evidence").get("sha256").textValue())
                .isEqualTo("df7acef21eb4c50fd6f425583e18d02ab2f1764fa1b864c43cb89e2069b3a397");
        assertThat(texts(report(), "unknown")).doesNotContain(NOBODY_KNOWS);
        assertThat(demo.query("SELECT details FROM audit_record")).noneMatch(d -> d.contains("1234"));
    }

    @Test
    @Order(5)
    void everyStatementPointsToTheRecordsThatItRestsOn() {
        String since = DemoFolder.CLOCK.instant().minusSeconds(7_200).toString();
        String[] revoke = {"revoke", "--reason", "stolen", "--cause", "key", "--invalid-from", since};
        demo.keymgr()
                .expect(
                        0,
                        Stream.concat(Stream.of(revoke), Stream.of("--hold-issuance", "--", stolen))
                                .toArray(String[]::new));
        JsonNode report = report();

        assertThat(statements(report, "observed"))
                .hasSizeGreaterThan(4)
                .allSatisfy(s -> assertThat(s.get("records"))
                        .hasSize(1)
                        .allSatisfy(r -> assertThat(
                                        demo.query("SELECT kid FROM audit_record WHERE sequence = " + r.longValue()))
                                .containsExactly(stolen)));
        assertThat(statements(report, "inferred"))
                .filteredOn(s -> s.get("text").textValue().contains("whoever had the key"))
                .singleElement()
                .satisfies(s -> assertThat(s.get("records"))
                        .extracting(IncidentIT::action)
                        .containsExactly("key.revoked"));
        assertThat(statements(report, "unknown"))
                .filteredOn(s -> !s.get("text").textValue().contains("backup"))
                .isNotEmpty()
                .allSatisfy(s -> assertThat(s.get("records"))
                        .extracting(IncidentIT::action)
                        .containsExactly("incident.opened"));
        assertThat(report.get("causes").findValues("record"))
                .extracting(IncidentIT::action)
                .containsOnly("incident.cause");
    }

    @Test
    @Order(6)
    void printsTheTimesBesideThoseOfStorm0558() {
        String markdown = incident("report").expect(0).out();
        assertThat(markdown.lines())
                .startsWith("# Incident of key " + stolen.substring(0, 8) + " in scope consumer")
                .containsSubsequence("## Times", "## Observed", "## Inferred", "## Not known", "## Cause")
                .contains("| | here | Storm-0558 |")
                .anyMatch(l -> l.startsWith("| to detect | ") && l.endsWith(" | 32 d |"))
                .anyMatch(l -> l.startsWith("| to mitigate (bound) | ") && l.endsWith(" | 11 d and 17 d |"))
                .anyMatch(l -> l.startsWith("| exposure (bound) | ") && l.endsWith(" | 43 to 49 d |"))
                .anyMatch(l -> l.contains("(confidence medium)") && l.contains("[audit #"));

        JsonNode days = report().get("baselineDays");
        assertThat(days.get("incident").textValue()).isEqualTo("Storm-0558");
        assertThat(days.get("toDetect").intValue()).isEqualTo(32);
        assertThat(days.get("toMitigate")).extracting(JsonNode::intValue).containsExactly(11, 17);
        assertThat(days.get("exposure")).extracting(JsonNode::intValue).containsExactly(43, 49);
    }

    @Test
    @Order(7)
    void writesANewPageInWhichNobodysWordsAreMarkup() {
        incident("report", "--page", "incident.html").expect(0);
        Path page = folder.resolve("incident.html");
        String html = DemoFolder.read(page);

        assertThat(html)
                .contains(
                        "strange &lt;b&gt;tokens&lt;/b&gt; &amp; &quot;more&quot;", "Storm-0558", "<h2>Not known</h2>")
                .contains("the PIN was in a log", "[audit #")
                .doesNotContain("<b>", "<script", "http");
        incident("report", "--page", "incident.html").expect(2).says("not there yet");
        assertThat(DemoFolder.read(page)).isEqualTo(html);
    }

    @Test
    @Order(8)
    void aClosedAccountStaysAndTakesNothingMore() {
        incident("close", "--reason", "all parties confirmed").expect(0).says("revision 7", "closed");
        incident("note", "--observed", "late").expect(1).says("nothing was recorded");

        assertThat(report().get("closedAt").textValue()).isNotBlank();
        assertThat(texts(report(), "observed")).anyMatch(t -> t.contains("all parties confirmed"));
        assertThat(report().get("causes")).hasSize(2);
        demo.keymgr().expect(0, "audit", "--verify");
        incident("open", "--reason", "another look").expect(0).says("revision 1");
        assertThat(texts(report(), "observed")).anyMatch(t -> t.contains("seen in a log"));
    }
}
