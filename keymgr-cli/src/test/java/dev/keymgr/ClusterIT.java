package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.RunningDaemon;
import dev.keymgr.testkit.StrictJson;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two daemons on one PostgreSQL, later three, killed at random moments: {@code mvn verify -Psoak}, or fewer kills with
 * {@code -Dkeymgr.cluster.kills=4}; another order with {@code -Dkeymgr.cluster.seed=N}.
 */
@EnabledIfSystemProperty(named = "keymgr.cluster.kills", matches = "\\d+", disabledReason = "takes minutes")
class ClusterIT {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final int DAEMONS = 2;

    @TempDir
    private Path folder;

    private int port;
    private EmbeddedPostgres database;
    private DemoFolder demo;
    private final List<RunningDaemon> daemons = new ArrayList<>();

    @BeforeEach
    void begin() throws IOException {
        port = freePort();
        database = server();
        demo = DemoFolder.withoutKeys(folder.resolve("demo"));
        String config = DemoFolder.read(demo.config());
        DemoFolder.write(
                demo.config(),
                config.replaceFirst(
                                "(?m)^  sqlite: .*$",
                                "  postgresql:\n    url: jdbc:postgresql://localhost:" + port
                                        + "/postgres\n    user: postgres")
                        + "\ndaemon:\n  listen: 127.0.0.1:0\n");
        demo.keymgr().expect(0, "init");
    }

    @AfterEach
    void end() throws IOException {
        daemons.forEach(RunningDaemon::close);
        demo.close();
        database.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** The same data at the same place as before; set up so that a crash of it would lose the last commits of others. */
    private EmbeddedPostgres server() throws IOException {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setPGStartupWait(Duration.ofMinutes(1))
                .setDataDirectory(folder.resolve("data"))
                .setCleanDataDirectory(false)
                .setServerConfig("synchronous_commit", "off")
                .start();
    }

    private RunningDaemon start(int number) {
        return RunningDaemon.start(demo.keymgr(), "--name", "node-" + number);
    }

    private long activations() {
        return demo.keymgr()
                .expect(0, "audit", "--export")
                .out()
                .lines()
                .filter(l -> l.contains("\"key.activated\""))
                .count();
    }

    @Test
    void whicheverIsKilledTheOthersFinishAndNothingIsDoneTwice() throws InterruptedException {
        int kills = Integer.getInteger("keymgr.cluster.kills", 4);
        long seed = Long.getLong("keymgr.cluster.seed", 20_230_711L);
        Random random = new Random(seed);
        for (int i = 0; i < DAEMONS; i++) {
            daemons.add(start(i));
        }
        daemons.forEach(RunningDaemon::ready);
        assertThat(daemons.get(0).get("/consumer/jwks.json").headers().firstValue("etag"))
                .isPresent();
        for (int i = 0; i < kills; i++) {
            if (i == kills / 2) {
                daemons.add(start(DAEMONS).ready());
            }
            int victim = random.nextInt(daemons.size());
            // Not a wait for something: the moment of the kill is the input.
            TimeUnit.MILLISECONDS.sleep(random.nextInt(4_000));
            daemons.get(victim).killed();
            daemons.set(victim, start(victim));
            String signer = kidOf(demo.token("consumer"));
            daemons.forEach(d -> assertThat(d.get("/consumer/jwks.json").body()).contains(signer));
        }
        long before = activations();
        await().atMost(SOON).until(() -> activations() > before);
        daemons.forEach(RunningDaemon::ready);
        daemons.forEach(d -> assertThat(d.stopped().exit()).isIn(0, 143));
        requireWhole();
        System.out.println(kills + " kills of two daemons, half-way of three, seed " + seed + ", " + activations()
                + " activations");
    }

    private static String kidOf(String token) {
        byte[] header = Base64.getUrlDecoder().decode(token.substring(0, token.indexOf('.')));
        return StrictJson.parse(new String(header, StandardCharsets.UTF_8), token)
                .get("kid")
                .textValue();
    }

    /** What doctor finds once everything has come to rest. */
    private void requireWhole() {
        demo.keymgr().expect(0, "apply");
        JsonNode doctor = demo.keymgr().run("-o", "json", "doctor").json();
        for (String check : List.of(
                "store",
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
    }

    @Test
    void serveOnWhileTheDatabaseIsAwayAndRotateWhenItIsBack() throws IOException {
        RunningDaemon daemon = start(0);
        daemons.add(daemon);
        daemon.ready();

        database.close();
        await().atMost(SOON).until(() -> !daemon.isReady());
        assertThat(daemon.get("/consumer/jwks.json").statusCode()).isEqualTo(200);
        assertThat(daemon.readiness().toString()).contains("store");

        database = server();
        daemon.ready();
        long before = activations();
        await().atMost(SOON).until(() -> activations() > before);
        assertThat(daemon.stopped().exit()).isIn(0, 143);
        requireWhole();
    }

    @Test
    void comeBackFromAKillOfEachThingTheyStandOn() throws IOException {
        for (int i = 0; i < DAEMONS; i++) {
            daemons.add(start(i));
        }
        daemons.forEach(RunningDaemon::ready);

        daemons.get(0).killed();
        requireRotation(daemons.get(1));
        daemons.set(0, start(0));

        DemoFolder.SCOPES.forEach(scope -> {
            demo.killServer(scope + "-a");
            demo.killServer(scope + "-b");
        });
        daemons.forEach(this::requireRotation);

        killDatabase();
        daemons.forEach(
                d -> assertThat(d.get("/consumer/jwks.json").statusCode()).isEqualTo(200));
        database = server();
        daemons.forEach(this::requireRotation);

        daemons.forEach(d -> assertThat(d.stopped().exit()).isIn(0, 143));
        requireWhole();
    }

    /** All is well with a daemon, and a key is activated after that. */
    private void requireRotation(RunningDaemon daemon) {
        daemon.ready();
        long before = activations();
        await().atMost(SOON).until(() -> activations() > before);
    }

    /** As the kernel would: the postmaster and with it every server process. */
    private void killDatabase() throws IOException {
        String pid = DemoFolder.read(folder.resolve("data/postmaster.pid"))
                .lines()
                .findFirst()
                .orElseThrow();
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        await().atMost(SOON).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
        // There is nothing left to stop, but it holds a lock on the folder.
        database.close();
    }
}
