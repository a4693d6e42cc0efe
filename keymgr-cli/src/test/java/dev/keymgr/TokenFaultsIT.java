package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.TokenReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What can go wrong with a token, and that nothing is lost by it. */
@Tag("long")
@TestMethodOrder(OrderAnnotation.class)
class TokenFaultsIT {
    @TempDir
    private static Path folder;

    private static DemoFolder demo;
    private static String config;
    private static String pin;

    private Set<String> keysBefore = Set.of();

    @BeforeAll
    static void begin() {
        demo = DemoFolder.steady(folder.resolve("demo"));
        config = DemoFolder.read(demo.config());
        pin = DemoFolder.read(demo.file("secrets/consumer-a.pin"));
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    @BeforeEach
    void remember() {
        keysBefore = present();
    }

    /** Whatever it was: with everything as before, apply works and every key is still there. */
    @AfterEach
    void repairAndLookForLosses() {
        DemoFolder.write(demo.config(), config);
        DemoFolder.write(demo.file("secrets/consumer-a.pin"), pin);
        permit(demo.file("secrets/consumer-a.pin"), "rw-------");
        demo.keymgr().expect(0, "apply");
        demo.requireSound();
        assertThat(present()).containsAll(keysBefore);
        demo.token("consumer");
    }

    @Test
    void aWrongPinIsTriedOnceAndTheRightOneWorksAtOnce() throws IOException {
        Path script = demo.file("pin-command");
        Path tries = demo.file("tries");
        DemoFolder.write(script, "#!/bin/sh\necho try >>" + tries + "\necho 00000000\n");
        permit(script, "rwx------");
        demo.edit("file:secrets/consumer-a.pin", "command:" + script);

        Run run = demo.keymgr().run("apply", "consumer");

        run.expect(50).says("consumer-a", "PIN", "refused", "tried once");
        assertThat(Files.readAllLines(tries)).hasSize(1);
        DemoFolder.write(demo.config(), config);
        demo.token("consumer");
    }

    @Test
    void aWrongPinFileIsNamedButNotRepeated() {
        DemoFolder.write(demo.file("secrets/consumer-a.pin"), "31415926535");

        Run run = demo.keymgr().feed("{}", "sign", "consumer").expect(50);

        run.says("secrets/consumer-a.pin", "refused", "KM-TOKEN-LOGIN");
        assertThat(run.err()).doesNotContain("31415926535");
    }

    @Test
    void aPinFileThatOthersMayReadIsNotUsed() {
        permit(demo.file("secrets/consumer-a.pin"), "rw-r--r--");
        demo.keymgr().feed("{}", "sign", "consumer").expect(50).says("chmod 600", "secrets/consumer-a.pin");
    }

    @Test
    void aMissingPinFileIsNamed() throws IOException {
        Files.delete(demo.file("secrets/consumer-a.pin"));
        demo.keymgr().feed("{}", "sign", "consumer").expect(50).says("secrets/consumer-a.pin", "does not exist");
        demo.keymgr().run("init").expect(50).says("restore that file");
        assertThat(demo.file("secrets/consumer-a.pin")).doesNotExist();
    }

    @Test
    void aTokenOfAnotherLabelIsNotTakenForIt() {
        demo.edit("label: consumer-a", "label: consumer-z");
        demo.edit("autostart: true", "autostart: false");

        demo.keymgr().run("apply", "consumer").expect(50).says("consumer-z");
    }

    @Test
    void aLibraryThatIsNotThereOrIsNoneIsNamed() {
        String client = DemoFolder.read(demo.config())
                .lines()
                .filter(l -> l.strip().startsWith("client:"))
                .findFirst()
                .orElseThrow();
        demo.edit(client, "  client: /nowhere/p11-kit-client.so");
        demo.keymgr().run("apply").expect(50).says("/nowhere/p11-kit-client.so", "KM-TOKEN-MODULE");
        demo.keymgr().feed("{}", "sign", "consumer").expect(50).says("/nowhere/p11-kit-client.so");

        demo.edit("/nowhere/p11-kit-client.so", demo.config().toString());
        demo.keymgr().run("apply").expect(50).says(demo.config().toString(), "KM-TOKEN-MODULE");
    }

    @Test
    void aDeadServerIsReportedOrStartedAsTheConfigurationSays() {
        demo.killServer("consumer-a");
        demo.edit("autostart: true", "autostart: false");

        demo.keymgr().run("apply", "consumer").expect(50).says("consumer-a", "hsm up", "KM-TOKEN-DOWN");
        demo.keymgr().run("doctor").expect(1).says("UNKNOWN", "consumer-a");
        assertThat(demo.serversUp()).doesNotContain("consumer-a").contains("consumer-b");

        demo.edit("autostart: false", "autostart: true");
        demo.keymgr().expect(0, "apply", "consumer");
        assertThat(demo.serversUp()).contains("consumer-a");

        demo.hsm("down");
        demo.hsm("up");
        demo.edit("autostart: true", "autostart: false");
        demo.keymgr().expect(0, "apply");
    }

    @Test
    void whatIsDueForOneScopeIsDoneWhileTheTokenOfAnotherIsDown() {
        demo.killServer("consumer-a");
        demo.edit("autostart: true", "autostart: false");

        Run run = demo.keymgr().run("-o", "json", "apply").expect(50);

        assertThat(run.json().get("scopes")).hasSize(2);
        assertThat(run.json().get("scopes").get(0).get("failed")).isNotEmpty();
        assertThat(run.json().get("scopes").get(1).get("failed")).isEmpty();
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void aKeyDestroyedBehindOurBackIsRecordedAndItsStandbyTakesOver() {
        JsonNode lost = demo.only("consumer", "ACTIVE");
        String kid = lost.get("kid").textValue();
        JsonNode standby = demo.only("consumer", "PUBLISHED");
        await().atMost(Duration.ofMinutes(1))
                .until(() -> DemoFolder.CLOCK
                        .instant()
                        .isAfter(Instant.parse(standby.get("readyAt").textValue())));

        TokenReader.destroy(demo, lost.get("token").textValue(), demo.publicKey("consumer", kid));

        demo.keymgr().feed("{}", "sign", "consumer").expect(50).says("KM-TOKEN-KEY");
        demo.keymgr().run("doctor").expect(1).says("FAILED", "key-missing", kid.substring(0, 8));
        demo.keymgr().expect(0, "apply", "consumer").says("record:", kid.substring(0, 8));

        assertThat(demo.kid("consumer", "ACTIVE")).isEqualTo(standby.get("kid").textValue());
        assertThat(demo.query("SELECT private_half FROM signing_key WHERE kid = '" + kid + "'"))
                .isSubsetOf(
                        "LOST", "DESTROYING", "DESTROYED"); // the drain is a second, and what was lost is destroyed too
        assertThat(demo.query("SELECT action FROM audit_record WHERE kid = '" + kid + "'"))
                .contains("key.private-lost");
        keysBefore.remove(kid);
    }

    private static Set<String> present() {
        return new TreeSet<>(demo.query("SELECT kid FROM signing_key WHERE private_half = 'PRESENT'"));
    }

    private static void permit(Path file, String mode) {
        try {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
