package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr.Run;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Suspend, resume, revoke and hold, as a person types them, on real tokens. */
@Tag("long")
@TestMethodOrder(OrderAnnotation.class)
class EmergencyIT {
    @TempDir
    private static Path folder;

    private static DemoFolder demo;

    /**
     * Active in one token, a standby in the other, and a second one beside the active key. Those of enterprise are ready
     * after 4 s, those of consumer not within this test.
     */
    @BeforeAll
    static void begin() {
        demo = DemoFolder.withoutKeys(folder.resolve("demo"));
        demo.edit("rotation: 20s", "rotation: 1h");
        demo.edit("suspension: 10s", "suspension: 10m");
        demo.edit("standbys: 1", "standbys: 2");
        demo.edit("consumer", "cdn: 0s", "cdn: 30m");
        demo.keymgr().expect(0, "apply");
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    @Test
    @Order(1)
    void withoutAReadyStandbyNothingIsSuspendedUnlessIssuanceMayStop() {
        String active = demo.kid("consumer", "ACTIVE");
        String before = demo.standing();

        on(active, "suspend", "--reason", "odd signatures").expect(1).says("--hold-issuance", "nothing was changed");
        assertThat(demo.standing()).isEqualTo(before);

        on(active, "suspend", "--reason", "odd signatures", "--hold-issuance").expect(0);
        assertThat(demo.kid("consumer", "SUSPENDED")).isEqualTo(active);
        assertThat(demo.keys("consumer", "ACTIVE")).isEmpty();
        assertThat(demo.published("consumer")).contains(active);
        demo.keymgr()
                .feed("{\"sub\":\"alice\"}", "sign", "consumer")
                .expect(40)
                .says("no active key", "nothing was signed");
    }

    @Test
    @Order(2)
    void whatSignsAgainNeedsTwoApprovalsBesidesTheActor() {
        String suspended = demo.kid("consumer", "SUSPENDED");
        String before = demo.standing();

        resume(suspended).expect(22).says("agreement of 2", "--approved-by");
        resume(suspended, "ana").expect(22).says("has 1");
        resume(suspended, "ana", "ana").expect(22);
        resume(suspended, "ana", " ").expect(22);
        assertThat(demo.standing()).isEqualTo(before);

        resume(suspended, "ana", "ben").expect(0);
        assertThat(demo.kid("consumer", "ACTIVE")).isEqualTo(suspended);
        demo.token("consumer");
    }

    @Test
    @Order(3)
    void aReadyStandbyTakesOverFromASuspendedKeyWhichThenRetiresWithOneApproval() {
        awaitReady("enterprise");
        String suspended = demo.kid("enterprise", "ACTIVE");

        on(suspended, "suspend", "--reason", "odd signatures").expect(0);

        assertThat(demo.kid("enterprise", "ACTIVE")).isNotEqualTo(suspended);
        assertThat(demo.published("enterprise")).contains(suspended);
        resume(suspended).expect(22).says("agreement of one person");
        resume(suspended, "ana").expect(0);
        assertThat(demo.keys("enterprise", "SUSPENDED")).isEmpty();
        assertThat(demo.kids("enterprise", "RETIRED", "REMOVED")).contains(suspended);
        resume(suspended, "ana", "ben").expect(21).says("only a suspended key");
    }

    @Test
    @Order(4)
    void aWithdrawnKeyLeavesTheDocumentAndCountsAsCompromisedWhenTimeRunsOut() {
        awaitReady("enterprise");
        String suspended = demo.kid("enterprise", "ACTIVE");
        on(suspended, "suspend", "--reason", "advisory", "--withdraw").expect(0);
        assertThat(demo.published("enterprise")).doesNotContain(suspended);

        demo.edit("suspension: 10m", "suspension: 1s");
        awaitOnce(() -> demo.kids("enterprise", "SUSPENDED").isEmpty(), "apply");

        assertThat(demo.kids("enterprise", "COMPROMISED")).contains(suspended);
        resume(suspended, "ana", "ben").expect(21);
        demo.edit("suspension: 1s", "suspension: 10m");
    }

    @Test
    @Order(5)
    void aStolenTokenTakesTheStandbysBesideItWhileAStolenKeyGoesAlone() {
        awaitReady("enterprise");
        JsonNode first = demo.only("enterprise", "ACTIVE");
        Set<String> standbys = demo.kids("enterprise", "PUBLISHED");
        String stolen = first.get("kid").textValue();
        String token = demo.token("enterprise");

        on(stolen, "revoke", "--reason", "leaked", "--cause", "key").expect(0).says("stop");

        String successor = demo.kid("enterprise", "ACTIVE");
        assertThat(standbys).contains(successor);
        assertThat(demo.kids("enterprise", "COMPROMISED")).contains(stolen).doesNotContainAnyElementsOf(standbys);
        demo.keymgr().feed(token, "verify", "enterprise").expect(32).says("REVOKED_KEY");

        awaitReady("enterprise");
        JsonNode second = demo.only("enterprise", "ACTIVE");
        Set<String> beside = new TreeSet<>();
        Set<String> elsewhere = new TreeSet<>();
        demo.keys("enterprise", "PUBLISHED")
                .forEach(k -> (k.get("token").equals(second.get("token")) ? beside : elsewhere)
                        .add(k.get("kid").textValue()));
        assertThat(beside).isNotEmpty();

        on(successor, "revoke", "--reason", "token gone", "--cause", "token").expect(0);

        assertThat(demo.kids("enterprise", "COMPROMISED")).contains(successor).containsAll(beside);
        assertThat(elsewhere).contains(demo.kid("enterprise", "ACTIVE"));
        demo.requireSound();
    }

    @Test
    @Order(6)
    void aRevokedKeyNeverComesBack() {
        Set<String> revoked = demo.kids("enterprise", "COMPROMISED");
        assertThat(revoked).hasSizeGreaterThanOrEqualTo(4);
        String one = revoked.iterator().next();

        on(one, "suspend", "--reason", "x").expect(21);
        resume(one, "ana", "ben").expect(21);
        on(one, "revoke", "--reason", "again", "--cause", "key").expect(0);
        assertThat(demo.kids("enterprise", "COMPROMISED")).isEqualTo(revoked);

        for (String[] command : List.of(
                new String[] {"rotate", "enterprise", "--wait"}, new String[] {"publish"}, new String[] {"apply"})) {
            demo.keymgr().expect(0, command);
            assertThat(demo.published("enterprise")).doesNotContainAnyElementsOf(revoked);
            assertThat(demo.kids("enterprise", "COMPROMISED")).containsAll(revoked);
        }
        assertThat(demo.query("SELECT kid FROM audit_record WHERE action = 'transition.refused'"))
                .contains(one);
        demo.keymgr().expect(0, "audit", "--verify");
    }

    @Test
    @Order(7)
    void aHeldKeyStaysUntilItIsReleasedButCanBeRevoked() {
        demo.keymgr().expect(0, "rotate", "enterprise", "--wait");
        Set<String> retired = demo.kids("enterprise", "RETIRED");
        String held = newest("enterprise", "RETIRED");
        assertThat(retired).contains(held);
        on(held, "hold", "--for", "1h", "--reason", "archived tokens").expect(0).says("held until");

        JsonNode why = on(held, "-o", "json", "why").expect(0).json();
        assertThat(why.get("hold").get("reason").textValue()).isEqualTo("archived tokens");
        awaitPast(instant(why, "deadAt"));
        demo.keymgr().expect(0, "apply");
        assertThat(demo.published("enterprise")).contains(held);

        on(held, "hold", "--release").expect(0);
        awaitOnce(() -> !demo.published("enterprise").contains(held), "apply");
        assertThat(demo.kids("enterprise", "REMOVED")).contains(held);

        String active = demo.kid("enterprise", "ACTIVE");
        on(active, "hold", "--for", "1h", "--reason", "audit").expect(0);
        awaitReady("enterprise");
        on(active, "revoke", "--reason", "stolen", "--cause", "key").expect(0);
        assertThat(demo.published("enterprise")).doesNotContain(active);
        demo.requireSound();
    }

    @Test
    @Order(8)
    void anOrderedRevocationIsShownCanBeTakenBackAndComesAboutByApply() {
        awaitReady("enterprise");
        String active = demo.kid("enterprise", "ACTIVE");
        Instant now = DemoFolder.CLOCK.instant().truncatedTo(ChronoUnit.SECONDS);
        order(active, now.minusSeconds(60)).expect(2).says("--at");
        order(active, now.plus(Duration.ofDays(401))).expect(2).says("400 days");
        on(active, "revoke", "--at", now.plusSeconds(60) + "").expect(2).says("--reason");
        assertThat(demo.keys("enterprise", "ACTIVE")).hasSize(1);

        Instant far = now.plus(Duration.ofMinutes(30));
        order(active, far).expect(0).says("will be revoked at", "signs from then on");
        order(active, far).expect(0);
        for (String[] command : List.of(
                new String[] {"status", "enterprise"},
                new String[] {"plan", "enterprise", "--until", "40m"},
                new String[] {"why", "--", active},
                new String[] {"key", "--", active})) {
            demo.keymgr().expect(0, command).says("contract ends");
        }
        JsonNode shown =
                demo.keymgr().expect(0, "-o", "json", "status", "enterprise").json();
        assertThat(shown.at("/scopes/0/scheduledRevocations/0/kid").textValue()).isEqualTo(active);
        JsonNode key = on(active, "-o", "json", "key").expect(0).json();
        assertThat(key.at("/scheduledRevocation/at").textValue()).isEqualTo(far.toString());

        on(active, "revoke", "--cancel").expect(0).says("taken back");
        on(active, "revoke", "--cancel").expect(0).says("no revocation");
        awaitPast(orderSoon(active));
        demo.keymgr().expect(0, "apply", "enterprise").says("ordered ahead: contract ends");

        assertThat(demo.kids("enterprise", "COMPROMISED")).contains(active);
        assertThat(demo.published("enterprise")).doesNotContain(active);
        assertThat(demo.keys("enterprise", "ACTIVE")).hasSize(1);
        assertThat(demo.query("SELECT action FROM audit_record WHERE kid = '" + active
                        + "' AND action LIKE 'revocation.%' ORDER BY sequence"))
                .containsExactly("revocation.scheduled", "revocation.cancelled", "revocation.scheduled");
        demo.requireSound();
    }

    private static Run order(String kid, Instant at) {
        return on(kid, "revoke", "--reason", "contract ends", "--cause", "key", "--at", at.toString());
    }

    /** Soon, and still ahead when a busy machine judges it: one that comes too late is refused and recorded nowhere. */
    private static Instant orderSoon(String kid) {
        for (int seconds = 6; ; seconds *= 2) {
            Instant at =
                    DemoFolder.CLOCK.instant().truncatedTo(ChronoUnit.SECONDS).plusSeconds(seconds);
            Run run = order(kid, at);
            if (run.exit() != 2 || seconds > 30) {
                run.expect(0);
                return at;
            }
        }
    }

    @Test
    @Order(9)
    void aChangeFreezeIsListedByPlanAndRotatesOnlyWithAWord() {
        awaitReady("enterprise");
        String active = demo.kid("enterprise", "ACTIVE");
        Instant now = DemoFolder.CLOCK.instant().truncatedTo(ChronoUnit.SECONDS);
        String window = "from: " + now.minusSeconds(60) + ", until: " + now.plus(Duration.ofHours(2));
        demo.edit("enterprise", "\n    publish:", "\n    freezes: [{" + window + ", reason: sale}]\n    publish:");

        demo.keymgr().expect(0, "plan", "enterprise").says("change freeze", "sale");
        JsonNode plan = demo.keymgr().expect(0, "-o", "json", "plan").json();
        assertThat(plan.at("/scopes/0/freezes")).isEmpty();
        assertThat(plan.at("/scopes/1/freezes/0/reason").textValue()).isEqualTo("sale");
        on(active, "why").expect(0).says("change freeze", "sale");
        demo.keymgr()
                .expect(20, "rotate", "enterprise", "--wait")
                .says("change freeze until " + now.plus(Duration.ofHours(2)), "--despite-freeze");
        assertThat(demo.kid("enterprise", "ACTIVE")).isEqualTo(active);

        demo.keymgr().expect(0, "rotate", "enterprise", "--despite-freeze");

        assertThat(demo.kid("enterprise", "ACTIVE")).isNotEqualTo(active);
        assertThat(demo.query("SELECT details FROM audit_record WHERE action = 'key.activated'"
                        + " ORDER BY sequence DESC LIMIT 1"))
                .singleElement()
                .asString()
                .contains("despite the change freeze", "sale");
        assertThat(demo.kids("enterprise", "PUBLISHED"))
                .as("a standby all the same")
                .isNotEmpty();
        demo.requireSound();
    }

    private static Run resume(String kid, String... approvers) {
        List<String> line = new ArrayList<>(List.of("resume", "--finding", "nothing was wrong"));
        for (String approver : approvers) {
            line.addAll(List.of("--approved-by", approver));
        }
        return on(kid, line.toArray(String[]::new));
    }

    private static Run on(String kid, String... arguments) {
        return demo.keymgr().on(kid, arguments);
    }

    private static String newest(String scope, String state) {
        return demo.keys(scope, state).stream()
                .max(Comparator.comparing(
                        k -> Instant.parse(k.get("times").get("generatedAt").textValue())))
                .orElseThrow()
                .get("kid")
                .textValue();
    }

    private static Instant instant(JsonNode why, String name) {
        return DemoFolder.stream(why.get("instants"))
                .filter(i -> i.get("name").textValue().equals(name))
                .map(i -> Instant.parse(i.get("result").textValue()))
                .findFirst()
                .orElseThrow(() -> new AssertionError(why.toPrettyString()));
    }

    /** Until every standby is ready. */
    private static void awaitReady(String scope) {
        demo.keymgr().expect(0, "apply", scope);
        demo.keys(scope, "PUBLISHED").stream()
                .map(k -> Instant.parse(k.get("readyAt").textValue()))
                .max(Instant::compareTo)
                .ifPresent(EmergencyIT::awaitPast);
    }

    private static void awaitPast(Instant instant) {
        await().atMost(Duration.ofMinutes(1))
                .until(() -> DemoFolder.CLOCK.instant().isAfter(instant));
    }

    private static void awaitOnce(Callable<Boolean> seen, String... command) {
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            demo.keymgr().expect(0, command);
            return seen.call();
        });
    }
}
