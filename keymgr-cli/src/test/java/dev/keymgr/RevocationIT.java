package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.RunningDaemon;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Whole scopes, both outages, the exposure clock, a store that cannot be written: on real tokens. */
@Tag("long")
@TestMethodOrder(OrderAnnotation.class)
class RevocationIT {
    /** Root may write everywhere, unless it gives that up. */
    private static final String[] WITHOUT_PRIVILEGES = {"setpriv", "--bounding-set=-dac_override,-dac_read_search"};

    @TempDir
    private static Path folder;

    private static final Duration SOON = Duration.ofMinutes(1);

    private static DemoFolder demo;

    @BeforeAll
    static void begin() {
        demo = DemoFolder.steady(folder.resolve("demo"));
        DemoFolder.write(demo.config(), DemoFolder.read(demo.config()) + "\ndaemon:\n  listen: 127.0.0.1:0\n");
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    @Test
    @Order(1)
    void wantsOneTargetAndOneOutage() {
        String before = demo.standing();
        for (String line : List.of(
                "revoke --reason x",
                "revoke abc --all consumer --reason x",
                "revoke --all consumer --everything --reason x",
                "revoke --all nowhere --reason x",
                "revoke --all consumer --hard --hold-issuance --reason x",
                "revoke --everything --reason x --at 2099-01-01T00:00:00Z",
                "revoke --all consumer --hard")) {
            demo.keymgr().run(line.split(" ")).expect(2);
        }
        demo.keymgr()
                .run("revoke", "--all", "consumer", "--reason", "x")
                .expect(1)
                .says("--hard", "--hold-issuance", "nothing was changed");
        demo.keymgr()
                .run("revoke", "--everything", "--reason", "x")
                .expect(1)
                .says("no standby of consumer/ES256", "no standby of enterprise/ES256");
        demo.keymgr()
                .run("revoke", "--everything", "--reason", "x", "--dry-run")
                .expect(0)
                .says("consumer", "enterprise", "would revoke ACTIVE", "would revoke PUBLISHED", "--hold-issuance");
        assertThat(demo.standing()).isEqualTo(before);
    }

    @Test
    @Order(2)
    void aWholeScopeGoesAndAFreshKeySignsAtOnce() {
        Set<String> before = demo.kids("consumer", "ACTIVE", "PUBLISHED");
        Set<String> others = demo.kids("enterprise", "ACTIVE", "PUBLISHED");
        demo.edit("clock-skew: 1s", "clock-skew: 1m"); // so that no slow machine finds the fresh key ready

        Run run = demo.keymgr()
                .expect(0, "revoke", "--all", "consumer", "--reason", "both PINs", "--hard", "--wait")
                .says("before it is ready", "exposure of", "cannot be told", "nobody who is known");

        assertThat(run.out()).contains("all that are known");
        assertThat(demo.kids("consumer", "COMPROMISED")).isEqualTo(before);
        assertThat(demo.kids("enterprise", "ACTIVE", "PUBLISHED")).isEqualTo(others);
        String early = demo.kid("consumer", "ACTIVE");
        demo.keymgr().on(early, "why").expect(0).says("signs by --hard");
        demo.keymgr().feed(demo.token("consumer"), "verify", "consumer").expect(0);
        assertThat(demo.query(
                        "SELECT details FROM audit_record WHERE action = 'key.activated' AND kid = '" + early + "'"))
                .singleElement()
                .asString()
                .contains("hard", "ready-at");
        assertThat(demo.query("SELECT DISTINCT kid FROM audit_record WHERE action = 'exposure.ended'"))
                .containsExactlyInAnyOrderElementsOf(before);
        demo.keymgr().expect(0, "exposure", "consumer").says("nobody");
        JsonNode all = demo.keymgr()
                .expect(0, "-o", "json", "exposure", "--all")
                .json()
                .get("exposures");
        assertThat(all).hasSize(before.size());
        assertThat(all.get(0).get("overSince")).isNotNull();
        demo.requireSound();
        demo.edit("clock-skew: 1m", "clock-skew: 1s");
    }

    @Test
    @Order(3)
    void everyScopeGoesAlsoWhereOneFails() {
        String start = demo.query("SELECT max(sequence) FROM audit_record").get(0);
        demo.edit("clock-skew: 1s", "clock-skew: 1m"); // as above
        demo.edit("enterprise", "directory: public/enterprise", "directory: public/gone");
        Run run = demo.keymgr().run("revoke", "--everything", "--reason", "advisory", "--hold-issuance");
        demo.edit("enterprise", "directory: public/gone", "directory: public/enterprise");

        run.expect(52);
        List<String> actions =
                demo.query("SELECT action FROM audit_record WHERE sequence > " + start + " ORDER BY sequence");
        assertThat(actions).startsWith("key.revoked");
        assertThat(actions.stream().dropWhile("key.revoked"::equals))
                .as("signing stops everywhere before anything else is done anywhere")
                .doesNotContain("key.revoked");
        assertThat(demo.keys("consumer", "ACTIVE")).isEmpty();
        assertThat(demo.keys("enterprise", "ACTIVE")).isEmpty();
        demo.edit("clock-skew: 1m", "clock-skew: 1s");
        awaitSigning("consumer");
        awaitSigning("enterprise");
        assertThat(demo.published("enterprise")).doesNotContainAnyElementsOf(demo.kids("enterprise", "COMPROMISED"));
        demo.requireSound();
    }

    @Test
    @Order(5)
    void withAStoreThatCannotBeWrittenTheKeyStopsAndLeavesAndTheRecordFollows() throws IOException {
        awaitReady("consumer");
        String stolen = demo.kid("consumer", "ACTIVE");
        String standby = demo.kid("consumer", "PUBLISHED");
        String before = demo.standing();
        Keymgr weak = isRoot() ? demo.keymgr().behind(WITHOUT_PRIVILEGES) : demo.keymgr();

        permit(demo.file("keymgr.db"), "r--------");
        permit(demo.root(), "r-x------");
        try {
            weak.on(stolen, "revoke", "--reason", "stolen", "--cause", "key")
                    .expect(53)
                    .says("KM-RECORD", "is destroyed", "stands in every sink", "issues nothing", "emergency/consumer-");
            weak.feed("{\"sub\":\"alice\"}", "sign", "consumer").expect(40).says("KM-STALE");
        } finally {
            permit(demo.root(), "rwx------");
            permit(demo.file("keymgr.db"), "rw-------");
        }
        assertThat(demo.standing()).isEqualTo(before);
        assertThat(demo.published("consumer")).doesNotContain(stolen).contains(standby);
        demo.keymgr().expect(0, "status", "consumer").says("CRITICAL", "without the store", stolen.substring(0, 8));
        demo.keymgr().expect(0, "exposure", "consumer").says("without the store", "nobody can say");
        demo.keymgr().expect(1, "doctor").says("without the store");
        demo.keymgr().run("watch", "--once").says("without the store");
        Path damaged = demo.file("emergency/consumer-999.json");
        DemoFolder.write(damaged, "{");
        demo.keymgr().expect(0, "status", "consumer").says("is damaged");
        demo.keymgr().expect(0, "exposure", "consumer").says("is damaged");
        Files.delete(damaged);

        demo.keymgr().expect(0, "apply").says("record the revocation of " + stolen.substring(0, 8));

        assertThat(demo.kid("consumer", "ACTIVE")).isEqualTo(standby);
        assertThat(demo.kids("consumer", "COMPROMISED")).contains(stolen);
        assertThat(demo.file("emergency")).isEmptyDirectory();
        assertThat(demo.query(
                        "SELECT details FROM audit_record WHERE action = 'key.revoked' AND kid = '" + stolen + "'"))
                .singleElement()
                .asString()
                .contains("ordered-at", "ordered-by");
        demo.keymgr().feed(demo.token("consumer"), "verify", "consumer").expect(0);
        demo.requireSound();
    }

    @Test
    @Order(6)
    void aDaemonServesWhatAnOrderLeavesAndCarriesItIntoTheRecord() throws IOException {
        awaitReady("consumer");
        // A document that caches keep for two minutes, so that the exposure can be seen; the standby came before it.
        demo.edit("max-age: 2s", "max-age: 2m");
        demo.keymgr().expect(0, "apply", "consumer");
        demo.edit("max-age: 2m", "max-age: 2s");
        String stolen = demo.kid("consumer", "ACTIVE");
        Keymgr weak = isRoot() ? demo.keymgr().behind(WITHOUT_PRIVILEGES) : demo.keymgr();
        try (RunningDaemon daemon = RunningDaemon.start(weak)) {
            daemon.ready();
            assertThat(daemon.get("/consumer/jwks.json").body()).contains(stolen);

            permit(demo.file("keymgr.db"), "r--------");
            weak.on(stolen, "revoke", "--reason", "stolen", "--cause", "key").expect(53);
            await().atMost(SOON)
                    .until(() -> !daemon.get("/consumer/jwks.json").body().contains(stolen)
                            && !claims(daemon, "jwks.jwt").contains(stolen)
                            && claims(daemon, "revoked-keys.jwt").contains(stolen));

            permit(demo.file("keymgr.db"), "rw-------"); // the daemon opened it before, so to it nothing was closed
            await().atMost(SOON).until(() -> daemon.get("/").body().contains("Revoked, and perhaps still trusted"));
            assertThat(demo.kids("consumer", "COMPROMISED")).contains(stolen);
            await().atMost(SOON).until(() -> demo.kids("consumer", "ACTIVE").size() == 1);
            assertThat(daemon.get("/consumer/jwks.json").body()).doesNotContain(stolen);
        }
        demo.keymgr().expect(0, "apply");
        demo.requireSound();
    }

    private static String claims(RunningDaemon daemon, String file) {
        String payload = daemon.get("/consumer/" + file).body().split("\\.", -1)[1];
        return new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8);
    }

    private static void awaitSigning(String scope) {
        await().atMost(SOON).until(() -> {
            demo.keymgr().expect(0, "apply", scope);
            return demo.kids(scope, "ACTIVE").size() == 1;
        });
    }

    private static void awaitReady(String scope) {
        demo.keymgr().expect(0, "apply", scope);
        demo.keys(scope, "PUBLISHED").stream()
                .map(k -> Instant.parse(k.get("readyAt").textValue()))
                .max(Instant::compareTo)
                .ifPresent(ready -> await().atMost(SOON)
                        .until(() -> DemoFolder.CLOCK.instant().isAfter(ready)));
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void permit(Path file, String mode) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }
}
