package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.Keymgr.Started;
import dev.keymgr.testkit.TokenReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed, and processes that meet: after the next apply everything fits together. */
@Tag("long")
class CrashIT {
    private static final int KILLED = 128 + 9;
    private static final int KILLS = Integer.getInteger("keymgr.crash.kills", 4);
    private static final int ROTATIONS = 2;
    private static final int RUNS_MAX = 150;

    @TempDir
    private static Path folder;

    private static DemoFolder demo;

    /** Two key groups and short lives, so that nearly every look finds something to do. */
    @BeforeAll
    static void begin() {
        demo = DemoFolder.withoutKeys(folder.resolve("demo"));
        demo.edit("rotation: 20s", "rotation: 8s");
        demo.edit("algorithms: [ES256]", "algorithms: [ES256, ES384]");
        // The second group's first key comes into a document that verifiers may hold already, so it has to wait.
        await().atMost(Duration.ofMinutes(1)).until(() -> {
            demo.keymgr().expect(0, "apply");
            return demo.kids("consumer", "ACTIVE").size() == 2
                    && demo.kids("enterprise", "ACTIVE").size() == 2;
        });
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    @Test
    void killedAtAnyMomentApplyIsFinishedByTheNextOne() {
        long seed = 20_231;
        Random random = new Random(seed);
        long length = millis(() -> demo.keymgr().expect(0, "apply"));
        System.out.println("seed " + seed + ", one apply takes about " + length + " ms");

        int kills = 0;
        int runs = 0;
        Set<String> everKnown = new TreeSet<>();
        while (kills < KILLS || activations("consumer") < 2 * ROTATIONS) {
            assertThat(runs++).as(kills + " kills").isLessThan(RUNS_MAX);
            long end = length / 5 + random.nextLong(length);
            Run[] run = new Run[1];
            long took = millis(() -> run[0] = demo.keymgr().start("apply").killedAfter(end));
            assertThat(run[0].exit()).as(run[0].toString()).isIn(0, KILLED);
            if (run[0].exit() == KILLED) {
                kills++;
            } else {
                length = took; // so that most later ones are cut short, however busy the machine
            }
            Set<String> known = new TreeSet<>(demo.query("SELECT kid FROM signing_key"));
            assertThat(known).containsAll(everKnown);
            everKnown.addAll(known);
            if (kills % 7 == 6) {
                demo.keymgr().expect(0, "apply");
                requireWhole();
            }
        }
        demo.keymgr().expect(0, "apply");
        requireWhole();
        requireTokensHoldWhatTheInventorySays();
        System.out.println(
                kills + " kills, " + everKnown.size() + " keys, " + activations("consumer") + " activations");
    }

    @Test
    void manyAppliesAtOnceDoTheWorkOnce() {
        demo.keymgr().expect(0, "apply");
        for (int round = 0; round < 5; round++) {
            List<Started> started = new ArrayList<>();
            for (int each = 0; each < 2 + round % 3; each++) {
                started.add(demo.keymgr().start("apply"));
            }
            for (Started each : started) {
                Run run = each.ended();
                assertThat(run.exit()).as(run.toString()).isIn(0, 51);
                assertThat(run.err()).doesNotContain("fault of keymgr");
                if (run.exit() == 51) {
                    run.says("KM-SCOPE-BUSY");
                }
            }
        }
        requireWhole();
    }

    @Test
    void aVerbThatWaitsForTheScopeSaysWhoHoldsItAndNothingIsLost() {
        List<Started> started = new ArrayList<>();
        started.add(demo.keymgr().start("rotate", "consumer", "--wait"));
        started.add(demo.keymgr().start("rotate", "consumer", "--alg", "ES384", "--wait"));
        started.add(demo.keymgr().start("apply", "consumer"));
        started.add(demo.keymgr().start("publish"));
        started.forEach(each -> {
            Run run = each.ended();
            assertThat(run.exit()).as(run.toString()).isIn(0, 20);
        });
        requireWhole();
    }

    private static long millis(Runnable work) {
        long began = System.nanoTime();
        work.run();
        return Duration.ofNanos(System.nanoTime() - began).toMillis();
    }

    private static long activations(String scope) {
        return demo.query(
                        "SELECT sequence FROM audit_record WHERE action = 'key.activated' AND scope = '" + scope + "'")
                .size();
    }

    /** As {@link DemoFolder#requireSound}, for two key groups. */
    private static void requireWhole() {
        var doctor = demo.doctor();
        for (String check : List.of(
                "audit chain",
                "scopes apart",
                "custody consumer",
                "custody enterprise",
                "documents consumer",
                "documents enterprise")) {
            assertThat(DemoFolder.result(doctor, check))
                    .as(doctor.toPrettyString())
                    .isEqualTo("ok");
        }
        for (String scope : DemoFolder.SCOPES) {
            assertThat(demo.published(scope)).isEqualTo(demo.kids(scope, "PUBLISHED", "ACTIVE", "RETIRED"));
            assertThat(demo.query("SELECT algorithm FROM signing_key WHERE state = 'ACTIVE' AND scope = '" + scope
                            + "' ORDER BY algorithm"))
                    .containsExactly("ES256", "ES384");
        }
        assertThat(demo.query("SELECT cka_id FROM generation_intent")).isEmpty();
    }

    private static void requireTokensHoldWhatTheInventorySays() {
        for (String label : List.of("consumer-a", "consumer-b", "enterprise-a", "enterprise-b")) {
            assertThat(TokenReader.read(demo, label))
                    .hasSize(demo.query("SELECT kid FROM signing_key WHERE private_half IN ('PRESENT', 'DESTROYING')"
                                    + " AND token = '" + label + "'"
                                    + " UNION SELECT kid FROM authority WHERE token = '" + label + "'")
                            .size());
        }
    }
}
