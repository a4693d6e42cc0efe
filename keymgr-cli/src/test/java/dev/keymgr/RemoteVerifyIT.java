package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keymgr.authority.ScopeCertificate;
import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.VerificationKey;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.RunningDaemon;
import dev.keymgr.token.Decision;
import dev.keymgr.token.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A relying party with nothing but a certificate and an address, beside a daemon that serves. */
@Tag("long")
@TestMethodOrder(OrderAnnotation.class)
class RemoteVerifyIT {
    @TempDir
    private static Path folder;

    private static DemoFolder demo;
    private static RunningDaemon daemon;
    private static Keymgr party;
    private static String own;
    private static String foreign;

    @BeforeAll
    static void begin() {
        demo = DemoFolder.steady(folder.resolve("demo"));
        DemoFolder.write(demo.config(), DemoFolder.read(demo.config()) + "\ndaemon:\n  listen: 127.0.0.1:0\n");
        daemon = RunningDaemon.start(demo.keymgr());
        for (String scope : DemoFolder.SCOPES) {
            DemoFolder.write(
                    folder.resolve(scope + ".pem"),
                    demo.keymgr().expect(0, "authority", scope).out());
        }
        party = Keymgr.in(folder);
        own = demo.token("enterprise");
        foreign = demo.token("consumer");
    }

    @AfterAll
    static void end() {
        daemon.close();
        demo.close();
    }

    private static String address(String scope) {
        return daemon.url("/" + scope).toString();
    }

    private static Run remote(String token, String pem, String... more) {
        List<String> line = new ArrayList<>(List.of(
                "verify",
                "enterprise",
                "--url",
                address("enterprise"),
                "--authority",
                pem,
                "--audience",
                "https://api.example/enterprise"));
        line.addAll(List.of(more));
        return party.feed(token, line.toArray(String[]::new));
    }

    private static List<Decision> decisions(Path file) {
        return DemoFolder.read(file)
                .lines()
                .map(line -> Decision.parse(line.getBytes(StandardCharsets.UTF_8)))
                .toList();
    }

    @Test
    @Order(1)
    void acceptsItsOwnRefusesAnothersAndRecordsBothWithoutTheirBodies() {
        Path kept = folder.resolve("decisions.jsonl");

        remote(own, "enterprise.pem", "--decisions", "decisions.jsonl")
                .expect(0)
                .says("ACCEPTED", "alice");
        remote(foreign, "enterprise.pem", "--decisions", "decisions.jsonl")
                .expect(33)
                .says("UNKNOWN_KEY");
        demo.keymgr()
                .feed(foreign, "verify", "enterprise", "--decisions", kept.toString())
                .expect(31)
                .says("CROSS_SCOPE", "consumer");

        List<Decision> decisions = decisions(kept);
        assertThat(decisions)
                .extracting(Decision::verdict)
                .containsExactly(Verdict.ACCEPTED, Verdict.UNKNOWN_KEY, Verdict.CROSS_SCOPE);
        assertThat(decisions.get(0).sequence()).isPositive();
        assertThat(decisions.get(0).kid()).isEqualTo(demo.kid("enterprise", "ACTIVE"));
        assertThat(decisions.get(2).keyScope()).isEqualTo(new ScopeName("consumer"));
        assertThat(DemoFolder.read(kept)).doesNotContain("alice");
        for (String token : List.of(own, foreign)) {
            assertThat(List.of(token.split("\\.", -1))).noneMatch(DemoFolder.read(kept)::contains);
        }
    }

    @Test
    @Order(2)
    void judgesNothingByWhatItCannotFetchOrMayNotTrust() {
        Path kept = folder.resolve("none.jsonl");
        DemoFolder.write(folder.resolve("stranger.pem"), stranger());

        remote(own, "consumer.pem", "--decisions", "none.jsonl").expect(52).says("consumer", "KM-DOCUMENT");
        remote(own, "stranger.pem", "--decisions", "none.jsonl").expect(40).says("UNKNOWN_KEY", "KM-STALE");
        party.feed(
                        own,
                        "verify",
                        "enterprise",
                        "--url",
                        "http://127.0.0.1:1/enterprise",
                        "--authority",
                        "enterprise.pem",
                        "--audience",
                        "https://api.example/enterprise",
                        "--decisions",
                        "none.jsonl")
                .expect(40)
                .says("KM-STALE");

        assertThat(kept).isEmptyFile();
    }

    @Test
    @Order(3)
    void wantsItsOptionsTogether() {
        remote(own, "enterprise.pem", "--at", "2026-01-01T00:00:00Z").expect(2).says("--at");
        remote(own, "nowhere.pem").expect(2).says("nowhere.pem");
        remote(own, "enterprise.pem", "--decisions", "no/such/folder").expect(2).says("nothing was accepted");
        party.feed(own, "verify", "enterprise", "--url", address("enterprise"), "--authority", "enterprise.pem")
                .expect(2)
                .says("--audience");
        demo.keymgr()
                .feed(own, "verify", "enterprise", "--authority", "enterprise.pem")
                .expect(2)
                .says("--url");
    }

    @Test
    @Order(4)
    void believesThePlainDocumentAloudWhereNothingIsPinned() {
        demo.keymgr()
                .feed(own, "verify", "enterprise", "--url", address("enterprise"))
                .expect(0)
                .says("no authority is pinned", "ACCEPTED");
    }

    @Test
    @Order(5)
    void aRevocationReachesItAndTheHistoryKnowsBothTimes() {
        String stolen = demo.kid("enterprise", "ACTIVE");
        String before = DemoFolder.CLOCK.instant().toString();
        demo.keymgr().expect(0, "revoke", "--reason", "stolen", "--cause", "key", "--hold-issuance", "--", stolen);

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> remote(own, "enterprise.pem").expect(32).says("REVOKED_KEY"));
        JsonNode then = history("--at", before);
        assertThat(then.get("at").textValue()).isEqualTo(before);
        JsonNode key = DemoFolder.stream(then.get("keys"))
                .filter(k -> k.get("kid").textValue().equals(stolen))
                .findFirst()
                .orElseThrow();
        assertThat(key.get("stateThen").textValue()).isEqualTo("ACTIVE");
        assertThat(key.get("stateNow").textValue()).isEqualTo("COMPROMISED");
        assertThat(key.get("trustEndedAt").textValue()).isGreaterThan(before);
        assertThat(history().get("keys").findValuesAsText("kid")).isNotEmpty().doesNotContain(stolen);
        assertThat(history("--at", "2000-01-01T00:00:00+02:00").get("keys")).isEmpty();
        demo.keymgr()
                .expect(0, "history", "enterprise", "--at", before)
                .says(stolen.substring(0, 8), "ACTIVE", "revoked");
        demo.keymgr().expect(2, "history", "enterprise", "--at", "yesterday").says("'yesterday' is not an instant");
        demo.keymgr().expect(2, "history", "nowhere");
    }

    private static JsonNode history(String... at) {
        List<String> line = new ArrayList<>(List.of("-o", "json", "history", "enterprise"));
        line.addAll(List.of(at));
        return demo.keymgr().expect(0, line.toArray(String[]::new)).json();
    }

    /** An authority that says it is of the scope, and is nobody's. */
    private static String stranger() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp384r1"));
            KeyPair pair = generator.generateKeyPair();
            ECPublicKey key = (ECPublicKey) pair.getPublic();
            KeyCertificate certificate = ScopeCertificate.ofAuthority(
                    new Scope(
                            new ScopeName("enterprise"),
                            "https://login.example/enterprise",
                            List.of("https://api.example/enterprise")),
                    new VerificationKey.Ec(
                            "P-384", key.getW().getAffineX(), key.getW().getAffineY()),
                    DemoFolder.CLOCK.instant().minusSeconds(60),
                    bytes -> signature(pair, bytes));
            return "-----BEGIN CERTIFICATE-----\n" + certificate.der() + "\n-----END CERTIFICATE-----\n";
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] signature(KeyPair pair, byte[] bytes) {
        try {
            Signature signature = Signature.getInstance("SHA384withECDSAinP1363Format");
            signature.initSign(pair.getPrivate());
            signature.update(bytes);
            return signature.sign();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
