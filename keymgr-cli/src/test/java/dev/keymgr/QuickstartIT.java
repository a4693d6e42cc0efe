package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jose.jwk.JWKSet;
import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Keymgr.Run;
import dev.keymgr.testkit.Keymgr.Started;
import dev.keymgr.testkit.Shell;
import dev.keymgr.testkit.TokenReader;
import dev.keymgr.testkit.TokenReader.Held;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code keymgr quickstart}, from nothing. */
class QuickstartIT {
    private static final List<String> TOKENS = List.of("consumer-a", "consumer-b", "enterprise-a", "enterprise-b");

    /** Members that would give a private key away (RFC 7518 s. 6.2.2, 6.3.2, 6.4.1). */
    private static final Set<String> PRIVATE_MEMBERS = Set.of("d", "p", "q", "dp", "dq", "qi", "oth", "k");

    @TempDir
    private static Path folder;

    private static DemoFolder demo;
    private static Run first;
    private static Duration length;

    @BeforeAll
    static void beginWithNothing() {
        demo = DemoFolder.notYet(folder.resolve("demo"));
        long began = System.nanoTime();
        first = demo.keymgr().run("quickstart", "--fast", demo.root().toString());
        length = Duration.ofNanos(System.nanoTime() - began);
    }

    @AfterAll
    static void end() {
        demo.close();
    }

    @Test
    void makesEverythingAndShowsThatScopesAreHeldApart() {
        first.expect(0);
        assertThat(first.out())
                .containsPattern("a token of consumer in consumer: ACCEPTED")
                .containsPattern("a token of enterprise in enterprise: ACCEPTED")
                .containsPattern("a token of consumer in enterprise: CROSS_SCOPE")
                .containsPattern("a token of enterprise in consumer: CROSS_SCOPE");
    }

    @Test
    void bothDocumentsAreReadableByAnotherLibraryAndHoldNothingPrivate() throws Exception {
        Set<String> kids = new TreeSet<>();
        for (String scope : DemoFolder.SCOPES) {
            JWKSet set = JWKSet.load(demo.document(scope).toFile());
            assertThat(set.getKeys()).hasSize(2).allSatisfy(key -> {
                assertThat(key.isPrivate()).isFalse();
                assertThat(key.getKeyID()).isEqualTo(key.computeThumbprint().toString());
                assertThat(kids.add(key.getKeyID())).isTrue();
                assertThat(key.toJSONObject().keySet()).doesNotContainAnyElementsOf(PRIVATE_MEMBERS);
            });
            JsonNode raw = demo.keymgr().expect(0, "jwks", scope).json();
            raw.findParents("kty")
                    .forEach(key -> key.fieldNames()
                            .forEachRemaining(
                                    name -> assertThat(PRIVATE_MEMBERS).doesNotContain(name)));
        }
    }

    @Test
    void twoThatSetUpOneNewFolderAtOnceBothSucceed() {
        try (DemoFolder both = DemoFolder.notYet(folder.resolve("both"))) {
            List<Started> runs = List.of(
                    both.keymgr().start("init", "--fast", both.root().toString()),
                    both.keymgr().start("init", "--fast", both.root().toString()));
            runs.forEach(run -> run.ended().expect(0));

            both.keymgr().expect(0, "apply");
            both.requireSound();
        }
    }

    @Test
    void aSecondRunChangesNothing() throws Exception {
        SortedMap<Path, String> before = hashes();

        Run again = demo.keymgr().expect(0, "quickstart", "--fast", demo.root().toString());

        again.says("nothing was changed");
        assertThat(hashes()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumer-a", "consumer-b", "enterprise-a", "enterprise-b"})
    void thePlatformFindsEveryPrivateKeySensitiveAndNeverExtractable(String label) throws Exception {
        List<Held> held = TokenReader.read(demo, label);

        assertThat(held)
                .allSatisfy(
                        key -> assertThat(key.description()).contains(", sensitive, unextractable)", "encoded never"));
        String scope = label.substring(0, label.length() - 2);
        List<String> published = demo.published(scope).stream()
                .map(kid -> demo.publicKey(scope, kid))
                .toList();
        assertThat(held)
                .hasSize(2)
                .satisfiesOnlyOnce(key -> assertThat(published).contains(key.publicKey()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"consumer-a", "consumer-b", "enterprise-a", "enterprise-b"})
    void openscFindsTheSameWhereItIsInstalled(String label) {
        if (!Shell.has("pkcs11-tool")) {
            return; // thePlatformFindsEveryPrivateKeySensitiveAndNeverExtractable has asked the same
        }
        Map<String, String> environment = new HashMap<>(demo.keymgr().environment());
        environment.put("P11_KIT_SERVER_ADDRESS", "unix:path=" + TokenReader.socket(demo, label));
        environment.put(
                "USER_PIN",
                DemoFolder.read(demo.file("secrets/" + label + ".pin")).strip());

        Run listed = Shell.run(
                        demo.root(),
                        environment,
                        List.of(
                                "pkcs11-tool",
                                "--module",
                                TokenReader.client(demo),
                                "--login",
                                "--pin",
                                "env:USER_PIN",
                                "--list-objects",
                                "--type",
                                "privkey"))
                .expect(0);

        assertThat(listed.out().split("Private Key Object", -1))
                .as(listed.out())
                .as("a signing key and an authority")
                .hasSize(3);
        assertThat(listed.out())
                .containsPattern("Usage:\\s+sign\\s")
                .containsPattern("Access:\\s+sensitive, always sensitive, never extra[c]?table, local");
    }

    @Test
    void doctorFindsNothingWrong() {
        demo.requireSound();
        JsonNode doctor = demo.doctor();
        TOKENS.forEach(t -> assertThat(DemoFolder.result(doctor, "token " + t)).isEqualTo("ok"));
        assertThat(DemoFolder.result(doctor, "store")).isEqualTo("ok");
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void killedOnTheWayItIsFinishedByTheNextRun(long seed) {
        long millis = new Random(seed).nextLong(length.toMillis());
        System.out.println("seed " + seed + ": killed after " + millis + " ms of about " + length.toMillis());
        try (DemoFolder killed = DemoFolder.notYet(folder.resolve("killed" + seed))) {
            killed.keymgr()
                    .start("quickstart", "--fast", killed.root().toString())
                    .killedAfter(millis);

            killed.keymgr().expect(0, "quickstart", "--fast", killed.root().toString());

            killed.requireSound();
            for (String scope : DemoFolder.SCOPES) {
                assertThat(killed.published(scope)).hasSizeGreaterThanOrEqualTo(2);
            }
        }
    }

    /** Of every file but the servers' logs, the links and sockets of running servers, and the store's shared memory. */
    private static SortedMap<Path, String> hashes() throws Exception {
        SortedMap<Path, String> hashes = new TreeMap<>();
        List<Path> files = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(demo.root())) {
            walk.filter(Files::isRegularFile).forEach(files::add);
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            if (!name.equals("log") && !name.endsWith("-shm") && !file.startsWith(demo.file("run"))) {
                byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
                hashes.put(demo.root().relativize(file), HexFormat.of().formatHex(hash));
            }
        }
        assertThat(hashes).containsKey(Path.of("keymgr.db"));
        return hashes;
    }
}
