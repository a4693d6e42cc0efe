package dev.keymgr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.StrictJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every command promises: help, JSON, exit codes, and dry runs that change nothing. */
@Tag("long")
class CommandsIT {
    private static final Set<String> COMMANDS = Set.of(
            "quickstart",
            "init",
            "status",
            "keys",
            "key",
            "plan",
            "apply",
            "why",
            "rotate",
            "suspend",
            "resume",
            "revoke",
            "hold",
            "jwks",
            "publish",
            "sign",
            "verify",
            "kit",
            "audit",
            "doctor",
            "watch",
            "generate-completion");

    @TempDir
    private static Path folder;

    private static DemoFolder demo;
    private static String active;
    private static String standby;

    @BeforeAll
    static void begin() {
        demo = DemoFolder.withoutKeys(folder.resolve("demo"));
        demo.edit("rotation: 20s", "rotation: 1h");
        demo.edit("max-lifetime: 4s", "max-lifetime: 5m");
        demo.edit("standbys: 1", "standbys: 6"); // so that kids with a common first letter are likely
        demo.keymgr().expect(0, "apply");
        active = demo.kid("consumer", "ACTIVE");
        standby = demo.keys("consumer", "PUBLISHED").get(0).get("kid").textValue();
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    @Test
    void everyCommandHasHelpWithASynopsisAndExamples() {
        Run root = demo.keymgr().expect(0, "--help");
        Set<String> listed = root.out()
                .lines()
                .dropWhile(l -> !l.equals("Commands:"))
                .filter(l -> l.matches("  [a-z].*"))
                .map(l -> l.strip().split(" ", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(listed).containsAll(COMMANDS);

        assertThat(outcomes(listed.stream().map(c -> Case.of(c, 0)), "--help")).allSatisfy((each, help) -> {
            help.expect(0);
            assertThat(help.out())
                    .startsWith("Usage: keymgr " + each.command() + " ")
                    .contains("\nExamples:\n");
            assertThat(help.out().substring(help.out().indexOf("Examples:"))).contains("keymgr ");
            assertThat(help.err()).isEmpty();
        });
    }

    /** A command line, and what it is about. */
    private record Case(String command, String text, int exit) {
        static Case of(String command, String text) {
            return new Case(command, text, 0);
        }

        static Case of(String command, int exit) {
            return new Case(command, "", exit);
        }

        Run run(String... more) {
            List<String> line = new ArrayList<>(words(command));
            line.addAll(1, List.of(more)); // a kid comes last and behind two dashes: it may begin with one
            return demo.keymgr().feed("{\"sub\":\"alice\"}", line.toArray(String[]::new));
        }
    }

    /** Command and the members that its JSON always has at the top. */
    private static Stream<Case> jsonCommands() {
        return Stream.of(
                Case.of("status", "now scopes"),
                Case.of("status consumer", "now scopes"),
                Case.of("keys", "keys"),
                Case.of("keys consumer --all", "keys"),
                Case.of(
                        "key -- ACTIVE",
                        "kid scope algorithm state privateHalf token ckaId ageSeconds readyAt times publicKey history"),
                Case.of("plan", "now scopes"),
                Case.of("apply", "scopes"),
                Case.of("apply --dry-run", "dryRun scopes"),
                Case.of("why -- ACTIVE", "now kid state instants steps freezes"),
                Case.of("jwks consumer", "keys"),
                Case.of("publish", "scopes"),
                Case.of("sign consumer", "scope token"),
                Case.of("audit", "records"),
                Case.of("audit --verify", "intact records head"),
                Case.of("doctor", "healthy checks"),
                Case.of("watch --once --without-daemon", "now result summary findings daemons openAlarms"),
                Case.of("init FOLDER", "report"),
                Case.of("quickstart FOLDER", "changed config documents verdicts"));
    }

    @Test
    void jsonIsOneStrictValueWithItsMembers() {
        assertThat(outcomes(jsonCommands(), "-o", "json")).allSatisfy((each, run) -> {
            run.expect(0);
            Set<String> names = new TreeSet<>();
            run.json().fieldNames().forEachRemaining(names::add);
            assertThat(names).isEqualTo(new TreeSet<>(Arrays.asList(each.text().split(" "))));
        });
    }

    @Test
    void anExportedAuditRecordIsOneJsonObjectALine() {
        Run run = demo.keymgr().expect(0, "audit", "--export");
        Set<String> actions = new TreeSet<>();
        long sequence = 0;
        for (String line : run.out().lines().toList()) {
            JsonNode record = StrictJson.parse(line, line);
            sequence++;
            assertThat(record.get("sequence").longValue()).isEqualTo(sequence);
            actions.add(record.get("action").textValue());
        }
        assertThat(actions).contains("key.generated", "key.published", "key.activated");
    }

    /** What cannot be done as it was typed, the value that the answer must name. All exit 2. */
    private static Stream<Case> mistakes() {
        return Stream.of(
                Case.of("konsumer", "'konsumer'"),
                Case.of("apply --forse", "'--forse'"),
                Case.of("revoke", "KID"),
                Case.of("status partner", "'partner'"),
                Case.of("jwks partner", "'partner'"),
                Case.of("rotate partner", "'partner'"),
                Case.of("sign partner", "'partner'"),
                Case.of("kit partner kit", "'partner'"),
                Case.of("kit consumer nosuchkit --score -", "nosuchkit"),
                Case.of("key nosuchkid", "'nosuchkid'"),
                Case.of("why -nosuch8", "'-nosuch8'"),
                Case.of("revoke nosuchkid --reason x", "'nosuchkid'"),
                Case.of("hold nosuchkid --release", "'nosuchkid'"),
                Case.of("revoke --reason BLANK -- ACTIVE", "--reason"),
                Case.of("suspend --reason BLANK -- ACTIVE", "--reason"),
                Case.of("resume --finding BLANK -- ACTIVE", "--finding"),
                Case.of("hold --for 3d --reason BLANK -- ACTIVE", "--reason"),
                Case.of("key BLANK", "KID"),
                Case.of("revoke --reason x --cause aliens -- ACTIVE", "'aliens'"),
                Case.of("revoke --reason x --invalid-from yesterday -- ACTIVE", "'yesterday'"),
                Case.of("revoke --reason x --invalid-from 2999-01-01T00:00:00Z -- ACTIVE", "'2999-01-01T00:00:00Z'"),
                Case.of("rotate consumer --alg HS256", "'HS256'"),
                Case.of("hold --for 5weeks --reason x -- ACTIVE", "'5weeks'"),
                Case.of("hold --for 91d --reason x -- ACTIVE", "'91d'"),
                Case.of("hold --for PT-5M --reason x -- ACTIVE", "'PT-5M'"),
                Case.of("plan --until soon", "'soon'"),
                Case.of("plan --until 0s", "'0s'"),
                Case.of("plan --until P99999999999D", "'P99999999999D'"),
                Case.of("sign consumer --lifetime 5", "'5'"),
                Case.of("verify consumer --at noon", "'noon'"),
                Case.of("verify consumer --audience https://elsewhere.example", "https://elsewhere.example"),
                Case.of("verify consumer nosuchfile", "nosuchfile"),
                Case.of("audit -n 0", "0"),
                Case.of("watch", "--once"),
                Case.of("watch --once --every 5s", "--once"),
                Case.of("watch --every 0s", "'0s'"),
                Case.of("audit --verify --head 12", "'12'"),
                Case.of("audit --head 12:ab", "'12:ab'"),
                Case.of("-o xml keys", "'xml'"),
                Case.of("--config nosuchfile.yaml keys", "nosuchfile.yaml"));
    }

    @Test
    void aMistakeEndsWithTwoAndTheValueAndChangesNothing() {
        String before = demo.standing();
        assertThat(outcomes(mistakes())).allSatisfy((each, run) -> {
            run.expect(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err())
                    .startsWith("keymgr: ")
                    .contains(each.text())
                    .doesNotContain("Exception", "\tat ")
                    .hasLineCount(1);
        });
        assertThat(demo.standing()).isEqualTo(before);
    }

    @Test
    void aKitIsWrittenOnceAndScoresWhatAVerifierSaid() {
        String before = demo.standing();
        String kit = folder.resolve("kit").toString();
        demo.keymgr().expect(0, "kit", "consumer", kit);
        demo.keymgr().expect(2, "kit", "consumer", kit).says("has something in it");
        demo.keymgr().expect(0, "kit", "consumer", kit, "--force");

        String verdicts = kit + "/verdicts/keymgr.jsonl";
        demo.keymgr().expect(0, "kit", "consumer", kit, "--score", verdicts, "--strict");
        demo.keymgr().expect(2, "kit", "enterprise", kit, "--score", verdicts).says("of scope consumer");

        String wrong = "{\"id\":\"cross-scope\",\"accepted\":true}";
        JsonNode score = demo.keymgr()
                .feed(wrong, "kit", "consumer", kit, "--score", "-", "-o", "json")
                .expect(1)
                .json();
        assertThat(score.get("passed").booleanValue()).isFalse();
        assertThat(score.get("wrong").findValuesAsText("id")).contains("cross-scope", "good");
        assertThat(demo.standing()).isEqualTo(before);
    }

    @Test
    void nothingAtAllShowsTheHelpAndEndsWithTwo() {
        Run run = demo.keymgr().expect(2);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("Usage: keymgr ", "quickstart");
    }

    @Test
    void aKidMayBeShortenedAsLongAsItIsUnique() {
        JsonNode keys =
                demo.keymgr().expect(0, "-o", "json", "keys", "--all").json().get("keys");
        Map<String, List<String>> byFirst = new TreeMap<>();
        DemoFolder.stream(keys)
                .map(k -> k.get("kid").textValue())
                .forEach(kid -> byFirst.computeIfAbsent(kid.substring(0, 1), f -> new ArrayList<>())
                        .add(kid));
        byFirst.values().removeIf(kids -> kids.size() == 1 && !kids.contains(active) && !kids.contains(standby));
        assertThat(outcomes(byFirst.keySet().stream().map(f -> Case.of("key " + f, f))))
                .allSatisfy((each, run) -> {
                    List<String> kids = byFirst.getOrDefault(each.text(), List.of());
                    if (kids.size() == 1) {
                        assertThat(run.expect(0).out()).contains(kids.get(0));
                    } else {
                        assertThat(run.expect(2).err()).contains(kids).contains("'" + each.text() + "'");
                    }
                });
    }

    /** Every verb that changes something, with the exit code of its dry run. */
    private static Stream<Case> dryRuns() {
        return Stream.of(
                Case.of("quickstart FOLDER --dry-run", 0),
                Case.of("quickstart FOLDER/new --dry-run", 0),
                Case.of("init FOLDER --dry-run", 0),
                Case.of("apply --dry-run", 0),
                Case.of("suspend --reason x --hold-issuance --dry-run -- ACTIVE", 0),
                Case.of("suspend --reason x --dry-run -- STANDBY", 21),
                Case.of("resume --finding x --dry-run -- ACTIVE", 21),
                Case.of("revoke --reason x --dry-run -- ACTIVE", 0),
                Case.of("revoke --reason x --cause token --dry-run -- STANDBY", 0),
                Case.of("hold --for 3d --reason x --dry-run -- ACTIVE", 0),
                Case.of("hold --release --dry-run -- ACTIVE", 0),
                Case.of("publish --dry-run", 0));
    }

    @Test
    void aDryRunChangesNothing() {
        String before = demo.standing();
        byte[] document = DemoFolder.read(demo.document("consumer")).getBytes(UTF_8);
        assertThat(outcomes(dryRuns())).allSatisfy((each, run) -> run.expect(each.exit()));
        assertThat(outcomes(dryRuns().filter(c -> c.exit() == 0), "-o", "json"))
                .allSatisfy((each, run) ->
                        assertThat(run.expect(0).json().isObject()).isTrue());
        assertThat(demo.standing()).isEqualTo(before);
        assertThat(demo.document("consumer")).hasBinaryContent(document);
        assertThat(folder.resolve("demo/new")).doesNotExist();
    }

    @Test
    void aDryRotationSaysWhatOrWhen() {
        String before = demo.standing();
        Run run = demo.keymgr().run("rotate", "consumer", "--dry-run");
        assertThat(run.exit()).as(run.toString()).isIn(0, 20);
        assertThat(run.out() + run.err()).containsPattern("would activate|\\d{4}-\\d\\d-\\d\\dT");
        assertThat(demo.standing()).isEqualTo(before);
    }

    /** Each run, two at a time. */
    private static Map<Case, Run> outcomes(Stream<Case> cases, String... more) {
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            Map<Case, Future<Run>> started = new LinkedHashMap<>();
            cases.forEach(each -> started.put(each, two.submit(() -> each.run(more))));
            Map<Case, Run> ended = new LinkedHashMap<>();
            for (Map.Entry<Case, Future<Run>> each : started.entrySet()) {
                ended.put(each.getKey(), each.getValue().get());
            }
            return ended;
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } finally {
            two.shutdownNow();
        }
    }

    private static List<String> words(String command) {
        return Arrays.stream(command.split(" "))
                .map(w -> w.equals("BLANK") ? "  " : w)
                .map(w -> w.equals("ACTIVE") ? active : w)
                .map(w -> w.equals("STANDBY") ? standby : w)
                .map(w ->
                        w.startsWith("FOLDER") ? w.replace("FOLDER", demo.root().toString()) : w)
                .toList();
    }
}
