package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keymgr.audit.Alarm;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.inventory.Heartbeat.Role;
import dev.keymgr.key.ScopeName;
import dev.keymgr.store.jdbc.JdbcDaemonStore;
import dev.keymgr.store.jdbc.JdbcStore;
import dev.keymgr.store.jdbc.StoreSettings;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.Keymgr.Started;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dead man's switch as a process of its own, on a real store that no daemon serves but the test. */
@Tag("long")
class WatchIT {
    private static final Duration ALLOWANCE = Duration.ofMinutes(10);
    private static final ScopeName CONSUMER = new ScopeName("consumer");

    @TempDir
    private static Path folder;

    private static DemoFolder demo;

    @BeforeAll
    static void begin() {
        demo = DemoFolder.steady(folder.resolve("demo"));
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    @BeforeEach
    void noDaemonYet() {
        demo.sql("DELETE FROM heartbeat");
        demo.sql("DELETE FROM alarm");
    }

    private static void store(Consumer<JdbcDaemonStore> work) {
        StoreSettings settings = StoreSettings.sqlite(demo.file("keymgr.db"));
        try (JdbcStore store = JdbcStore.open(settings, DemoFolder.CLOCK)) {
            work.accept(store.daemons());
        }
    }

    private static void beat(String daemon, Duration ago, Role role) {
        Instant now = DemoFolder.CLOCK.instant();
        store(s -> s.beat(new Heartbeat(daemon, now.minus(Duration.ofDays(3)), now.minus(ago), ALLOWANCE, role)));
    }

    private static JsonNode watch(int exit, String... more) {
        Run run = demo.keymgr().run(words("-o json watch --once", more));
        run.expect(exit);
        return run.json();
    }

    private static String[] words(String line, String... more) {
        return (line + " " + String.join(" ", more)).strip().split(" ");
    }

    private static JsonNode finding(JsonNode sight, String code) {
        List<JsonNode> found = DemoFolder.stream(sight.get("findings"))
                .filter(f -> f.get("code").textValue().equals(code))
                .toList();
        assertThat(found).as(code + " in " + sight.toPrettyString()).hasSize(1);
        return found.get(0);
    }

    @Test
    void alarmsWhenNoDaemonEverBeatUnlessNoneIsExpected() {
        JsonNode sight = watch(1);
        assertThat(sight.get("result").textValue()).isEqualTo("CRITICAL");
        assertThat(finding(sight, "no-heartbeat").get("severity").textValue()).isEqualTo("CRITICAL");
        assertThat(sight.get("daemons")).isEmpty();

        assertThat(watch(0, "--without-daemon").get("result").textValue()).isIn("OK", "WARNING");
    }

    @Test
    void isQuietWhileADaemonWorksAndSaysSoInOneLine() {
        beat("a@host", Duration.ofMinutes(9), Role.WORKS);

        Run run = demo.keymgr().expect(0, "watch", "--once");
        assertThat(run.out().lines().findFirst().orElseThrow())
                .matches(
                        "KEYMGR (OK|WARNING) - [^|]*\\| heartbeat_age=5[0-9]{2}s;;600 alarms=0 unknown=0 critical=0 warning=[0-2]");
        assertThat(run.err()).isEmpty();
        JsonNode daemon = watch(0).get("daemons").get(0);
        assertThat(daemon.get("daemon").textValue()).isEqualTo("a@host");
        assertThat(daemon.get("role").textValue()).isEqualTo("WORKS");
        assertThat(daemon.get("allowanceSeconds").longValue()).isEqualTo(600);
        assertThat(daemon.get("silent").booleanValue()).isFalse();
    }

    @Test
    void alarmsWhenEveryDaemonThatWorksIsSilent() {
        beat("a@host", Duration.ofMinutes(11), Role.WORKS);
        beat("b@host", Duration.ofDays(40), Role.WORKS);

        JsonNode sight = watch(1);
        assertThat(DemoFolder.stream(sight.get("findings"))
                        .filter(f -> f.get("code").textValue().equals("daemon-silent")))
                .hasSize(2)
                .allSatisfy(f -> assertThat(f.get("severity").textValue()).isEqualTo("CRITICAL"));
        demo.keymgr().expect(0, "watch", "--once", "--without-daemon");
    }

    @Test
    void oneSilentDaemonOfSeveralIsAWarningForADay() {
        beat("a@host", Duration.ZERO, Role.WORKS);
        beat("b@host", Duration.ofHours(2), Role.WORKS);
        beat("c@host", Duration.ofDays(2), Role.STANDS_BY);

        JsonNode sight = watch(0);
        JsonNode silent = finding(sight, "daemon-silent");
        assertThat(silent.get("severity").textValue()).isEqualTo("WARNING");
        assertThat(silent.get("message").textValue()).contains("b@host");
        assertThat(sight.get("daemons")).hasSize(3);
        watch(1, "--strict");
    }

    @Test
    void alarmsWhenDaemonsOnlyStandBy() {
        beat("a@host", Duration.ZERO, Role.STANDS_BY);

        finding(watch(1), "no-worker");
    }

    @Test
    void aBeatFromTheFutureIsNoSignOfLife() {
        beat("a@host", ALLOWANCE.multipliedBy(-2), Role.WORKS);

        assertThat(finding(watch(1), "daemon-silent").get("message").textValue())
                .contains("a clock is wrong");
    }

    @Test
    void alarmsForEachOpenAlarmByItsSeverity() {
        beat("a@host", Duration.ZERO, Role.WORKS);
        Instant now = DemoFolder.CLOCK.instant();
        store(s -> s.change(
                List.of(new Alarm(CONSUMER, "canary", true, "was|refused\nby all", now)), List.of(), "test", now));

        JsonNode canary = finding(watch(1), "canary");
        assertThat(canary.get("scope").textValue()).isEqualTo("consumer");
        Run run = demo.keymgr().expect(1, "watch", "--once");
        assertThat(run.out().lines().findFirst().orElseThrow())
                .startsWith("KEYMGR CRITICAL - consumer canary: was/refused by all (alarm since ")
                .contains(" alarms=1 ");

        demo.sql("UPDATE alarm SET critical = 0");
        assertThat(finding(watch(0), "canary").get("severity").textValue()).isEqualTo("WARNING");
        watch(1, "--strict");
    }

    @Test
    void alarmsWhenAScopeHasNoStandby() {
        demo.sql("UPDATE signing_key SET private_half = 'LOST' WHERE scope = 'enterprise' AND state = 'PUBLISHED'");
        try {
            JsonNode sight = watch(1, "--without-daemon");
            assertThat(finding(sight, "no-standby").get("scope").textValue()).isEqualTo("enterprise");
            assertThat(finding(sight, "no-standby").get("severity").textValue()).isEqualTo("CRITICAL");
        } finally {
            demo.sql("UPDATE signing_key SET private_half = 'PRESENT' WHERE private_half = 'LOST'");
        }
    }

    @Test
    void whatCannotBeReadIsUnknownAndTheRestIsToldAllTheSame() {
        beat("a@host", Duration.ZERO, Role.WORKS);
        demo.sql("UPDATE heartbeat SET beat_at = 'yesterday'");

        JsonNode sight = watch(51);
        assertThat(sight.get("result").textValue()).isEqualTo("UNKNOWN");
        assertThat(finding(sight, "KM-STORE-DOWN").get("severity").textValue()).isEqualTo("UNKNOWN");
        assertThat(sight.has("daemons")).isFalse();
        assertThat(sight.get("openAlarms").intValue()).isZero();
    }

    @Test
    void aStoreThatIsGoneIsUnknown() throws IOException {
        Path away = demo.file("away.db");
        Files.move(demo.file("keymgr.db"), away);
        try {
            JsonNode sight = watch(51, "--without-daemon");
            assertThat(sight.get("result").textValue()).isEqualTo("UNKNOWN");
            assertThat(sight.get("findings")).hasSize(1);
            finding(sight, "KM-STORE-DOWN");
            Run run = demo.keymgr().expect(51, "watch", "--once");
            assertThat(run.out()).startsWith("KEYMGR UNKNOWN - KM-STORE-DOWN: there is no store at ");
        } finally {
            Files.move(away, demo.file("keymgr.db"));
        }
    }

    @Test
    void looksAgainAndAgainUntilItIsStopped() throws IOException {
        Started looking = demo.keymgr().start(words("-o json watch --every 1s --without-daemon"));
        await().atMost(Duration.ofMinutes(1))
                .until(() -> Files.readAllLines(looking.outFile()).size() >= 2);
        Run run = looking.killedAfter(0);

        assertThat(run.out().lines().limit(2)).allMatch(line -> line.startsWith("{\"now\":") && line.endsWith("}"));
    }
}
