package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.SignedJWT;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.Keymgr.Started;
import dev.keymgr.testkit.RelyingParty;
import dev.keymgr.testkit.StrictJson;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code sign} and {@code verify}, and what works while every token is down. */
@Tag("long")
@TestMethodOrder(OrderAnnotation.class)
class TokensIT {
    @TempDir
    private static Path folder;

    private static DemoFolder demo;
    private static String foreign;
    private static String shortLived;

    @BeforeAll
    static void begin() {
        demo = DemoFolder.steady(folder.resolve("demo"));
        shortLived = sign("{}", "consumer", "--lifetime", "1s").expect(0).out().strip();
        foreign = demo.token("enterprise");
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    @Test
    @Order(1)
    void aTokenIsWhatAnotherLibraryExpects() throws ParseException {
        String good = demo.token("consumer");
        SignedJWT token = SignedJWT.parse(good);

        assertThat(token.getHeader().getKeyID()).isEqualTo(demo.kid("consumer", "ACTIVE"));
        assertThat(token.getHeader().getType().toString()).isEqualTo("at+jwt");
        assertThat(token.getJWTClaimsSet().getIssuer()).isEqualTo("https://login.example/consumer");
        assertThat(token.getJWTClaimsSet().getAudience()).containsExactly("https://api.example/consumer");
        assertThat(new RelyingParty("consumer", demo.document("consumer"), Duration.ZERO).objection(good))
                .isNull();
        assertThat(new RelyingParty("enterprise", demo.document("enterprise"), Duration.ZERO).objection(good))
                .isNotNull();
    }

    @Test
    @Order(1)
    void claimsThatAreNotTheCallersToMakeAreRefused() {
        long farAway = DemoFolder.CLOCK.instant().getEpochSecond() + 3_600;
        String before = demo.standing();
        Map<String, String> refused = new TreeMap<>(Map.of(
                "{\"aud\":\"https://api.example/enterprise\"}",
                "aud",
                "{\"aud\":[\"https://api.example/consumer\",\"https://elsewhere.example\"]}",
                "aud",
                "{\"iss\":\"https://login.example/enterprise\"}",
                "iss",
                "{\"exp\":" + farAway + "}",
                "exp",
                "{\"exp\":\"tomorrow\"}",
                "exp",
                "{\"iat\":1}",
                "iat",
                "[\"sub\",\"alice\"]",
                "object",
                "{\"sub\":\"alice\",\"sub\":\"bob\"}",
                "twice",
                "alice",
                "object"));
        refused.put("", "claims");

        assertThat(refused).allSatisfy((claims, named) -> {
            Run run = sign(claims, "consumer").expect(2);
            assertThat(run.out()).isEmpty();
            assertThat(run.err()).contains(named).doesNotContain("Exception");
        });
        sign("{\"sub\":\"alice\"}", "consumer", "--lifetime", "1h").expect(2).says("1h");
        assertThat(demo.standing()).isEqualTo(before);
    }

    @Test
    @Order(1)
    void eachVerdictHasItsExitCode() {
        awaitExpiry();
        String good = demo.token("consumer");
        verify(good, "consumer").expect(0).says("ACCEPTED", "alice");
        assertThat(verify(good, "enterprise", "-o", "json")
                        .expect(31)
                        .json()
                        .get("signedBy")
                        .textValue())
                .isEqualTo("consumer");
        verify(shortLived, "consumer").expect(33).says("OUTSIDE_TIME");
        verify("rubbish", "consumer").expect(33).says("MALFORMED");
        verify("", "consumer").expect(33).says("MALFORMED");
        verify(good + "A", "consumer").expect(33);
        verify(good, "consumer", "--type", "JWT").expect(33).says("WRONG_TYPE");
        verify(good, "consumer", "--at", "2020-01-01T00:00:00Z").expect(33).says("UNKNOWN_KEY");
    }

    @Test
    @Order(1)
    void aLogIsJudgedLineByLineInItsOrderWithoutItsClaims() {
        awaitExpiry();
        String good = demo.token("consumer");
        List<String> lines = List.of(good, foreign, shortLived, "rubbish", "", good);

        Run run = verify(String.join("\n", lines) + "\n", "consumer", "--lines").expect(31);

        List<JsonNode> verdicts =
                run.out().lines().map(l -> StrictJson.parse(l, run.toString())).toList();
        assertThat(verdicts)
                .extracting(v -> v.get("verdict").textValue())
                .containsExactly("ACCEPTED", "CROSS_SCOPE", "OUTSIDE_TIME", "MALFORMED", "MALFORMED", "ACCEPTED");
        assertThat(verdicts).extracting(v -> v.get("line").intValue()).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(run.out()).doesNotContain("alice");
        verify(good + "\n" + shortLived, "consumer", "--lines").expect(0);
    }

    @Test
    @Order(1)
    void aLogThatIsFollowedIsJudgedAsItGrows() throws IOException {
        String good = demo.token("consumer");
        Started following = demo.keymgr().startPiped("verify", "consumer", "--lines");
        try (Writer log = following.process().outputWriter()) {
            for (int line = 1; line <= 2; line++) {
                log.write(good + "\n");
                log.flush();
                long wanted = line;
                await().atMost(Duration.ofMinutes(1))
                        .until(() ->
                                DemoFolder.read(following.outFile()).lines().count() == wanted);
            }
        }
        assertThat(following.ended().expect(0).out().lines()).hasSize(2).allMatch(v -> v.contains("ACCEPTED"));
    }

    @Test
    @Order(2)
    void whatNeedsNoTokenWorksWhileAllAreDownAndStartsNone() {
        String active = demo.kid("consumer", "ACTIVE");
        String good = demo.token("consumer");
        demo.hsm("down");
        demo.edit("autostart: true", "autostart: false");

        for (String command : List.of(
                "status",
                "keys --all",
                "key -- " + active,
                "plan",
                "why -- " + active,
                "jwks consumer",
                "audit",
                "audit --verify",
                "publish",
                "apply --dry-run")) {
            demo.keymgr().expect(0, command.split(" "));
            assertThat(demo.serversUp()).as(command).isEmpty();
        }
        verify(good, "consumer").expect(0);
        sign("{}", "consumer").expect(50).says("consumer-a", "hsm up");
        assertThat(demo.serversUp()).isEmpty();
    }

    @Test
    @Order(3)
    void aSimulatedHsmThatMayBeStartedIsStartedForWhoNeedsIt() {
        demo.edit("autostart: false", "autostart: true");
        verify(sign("{\"sub\":\"alice\"}", "consumer").expect(0).out(), "consumer")
                .expect(0);
        assertThat(demo.serversUp()).contains("consumer-a");
    }

    private static void awaitExpiry() {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> SignedJWT.parse(shortLived)
                        .getJWTClaimsSet()
                        .getExpirationTime()
                        .toInstant()
                        .isBefore(DemoFolder.CLOCK.instant()));
    }

    private static Run sign(String claims, String... arguments) {
        return demo.keymgr().feed(claims, prepend("sign", arguments));
    }

    private static Run verify(String token, String... arguments) {
        return demo.keymgr().feed(token, prepend("verify", arguments));
    }

    private static String[] prepend(String verb, String... arguments) {
        String[] line = new String[arguments.length + 1];
        line[0] = verb;
        System.arraycopy(arguments, 0, line, 1, arguments.length);
        return line;
    }
}
