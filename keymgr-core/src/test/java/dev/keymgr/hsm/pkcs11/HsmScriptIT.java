package dev.keymgr.hsm.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keymgr.hsm.Hsm;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.testkit.SimulatedHsm;
import dev.keymgr.testkit.SimulatedHsm.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The script that runs the simulated HSM. */
@Execution(ExecutionMode.CONCURRENT)
class HsmScriptIT {
    private static final TokenLabel LABEL = new TokenLabel("script-a");
    private static final TokenLabel OTHER = new TokenLabel("script-b");

    /** An orphan that has ended counts as alive until the system's first process takes note. */
    private static final Duration LONG_ENOUGH = Duration.ofSeconds(30);

    private @TempDir Path folder;

    @Test
    void tellsUpFromDown() {
        try (SimulatedHsm hsm = SimulatedHsm.start(folder, LABEL, OTHER)) {
            hsm.down(OTHER);
            Outcome mixed = hsm.run("status");
            hsm.up();
            Outcome up = hsm.run("status");

            assertThat(mixed.exitCode()).isEqualTo(1);
            assertThat(mixed.output().lines()).hasSize(2).anyMatch(line -> line.startsWith("script-b down"));
            assertThat(up.exitCode()).isZero();
            assertThat(up.output().lines()).allMatch(line -> line.matches("script-[ab] up [0-9]+ /.*"));
        }
    }

    @Test
    void startsOneServerHoweverOftenItIsAsked() {
        try (SimulatedHsm hsm = SimulatedHsm.start(folder, LABEL)) {
            String before = hsm.run("status").output();
            CompletableFuture<Outcome> one = CompletableFuture.supplyAsync(() -> hsm.run("up", OTHER.value()));
            CompletableFuture<Outcome> two = CompletableFuture.supplyAsync(() -> hsm.run("up", OTHER.value()));

            assertThat(one.join().exitCode()).isZero();
            assertThat(two.join().exitCode()).isZero();
            assertThat(serversNaming(hsm, OTHER)).hasSize(1);
            assertThat(hsm.run("up").exitCode()).isZero();
            assertThat(hsm.run("status", LABEL.value()).output()).isEqualTo(before);
        }
    }

    @Test
    void unpacksASharedPrefixOnceHoweverManyHomesAskAtOnce() {
        String prefix = folder.resolve("software").toString();

        List<Outcome> outcomes = IntStream.range(0, 4)
                .mapToObj(number -> SimulatedHsm.in(newFolder("home-" + number)))
                .map(hsm -> CompletableFuture.supplyAsync(() -> hsm.run("install", "--prefix", prefix)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();

        assertThat(outcomes).allMatch(outcome -> outcome.exitCode() == 0);
        assertThat(outcomes)
                .extracting(Outcome::output)
                .containsOnly(outcomes.get(0).output());
        assertThat(outcomes)
                .filteredOn(outcome -> outcome.talk().contains("fetching"))
                .hasSizeLessThan(2);
    }

    @Test
    void stopsConnectionsTogetherWithTheirServer() {
        try (SimulatedHsm hsm = SimulatedHsm.start(folder, LABEL)) {
            ProcessHandle connection = connectionTo(hsm);

            hsm.down(LABEL);

            assertThat(connection.onExit()).succeedsWithin(LONG_ENOUGH);
        }
    }

    @Test
    void stopsConnectionsThatOutlivedTheirServer() {
        try (SimulatedHsm hsm = SimulatedHsm.start(folder, LABEL)) {
            ProcessHandle connection = connectionTo(hsm);
            ProcessHandle listener = listenerOf(hsm);
            listener.destroyForcibly();
            listener.onExit().join();
            assertThat(connection.isAlive()).isTrue();

            hsm.up(LABEL);

            assertThat(connection.onExit()).succeedsWithin(LONG_ENOUGH);
            assertThat(hsm.run("status").exitCode()).isZero();
        }
    }

    /** What it starts is a program that only waits, and is slow in getting there: by then the script is dead. */
    @Test
    void findsTheServerOfAScriptThatWasKilledWhileItStartedIt() throws IOException {
        Path fakes = newFolder("fakes");
        program(fakes.resolve("p11-kit"), "sleep 60");
        program(fakes.resolve("setsid"), "kill -KILL $PPID; sleep 0.3; PATH=${PATH#*:}; exec setsid \"$@\"");
        Files.createDirectories(folder.resolve("hsm"));
        Files.writeString(
                folder.resolve("hsm/software.properties"),
                "module=%1$s/p11-kit%nclient=%1$s/p11-kit%nserver=%1$s/p11-kit%nlibexec=%1$s%n".formatted(fakes));
        SimulatedHsm hsm = SimulatedHsm.in(folder);
        try {
            Outcome killed = hsm.run(Map.of("PATH", fakes + ":" + System.getenv("PATH")), "up", LABEL.value());
            assertThat(killed.exitCode()).isEqualTo(137);

            assertThat(hsm.run("down").exitCode()).isZero();

            assertThat(servers(fakes)).isEmpty();
        } finally {
            servers(fakes).forEach(ProcessHandle::destroyForcibly);
        }
    }

    private static void program(Path file, String line) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + line + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private static List<ProcessHandle> servers(Path program) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(program + "/p11-kit server"))
                .toList();
    }

    @Test
    void keepsEverythingToItsUser() throws IOException {
        try (SimulatedHsm hsm = SimulatedHsm.start(folder, LABEL)) {
            hsm.initialize(LABEL);
            Path socket = Path.of(
                    Files.readString(hsm.folder(LABEL).resolve("socket")).strip());

            assertThat(modeOf(socket)).isEqualTo("rw-------");
            assertThat(modeOf(hsm.folder(LABEL).resolve("tokens"))).isEqualTo("rwx------");
            assertThat(modeOf(hsm.folder(LABEL))).isEqualTo("rwx------");
        }
    }

    @Test
    void reachesATokenInAHomeTooLongForASocket() throws IOException {
        Path deep = Files.createDirectories(
                folder.resolve("a long name with spaces & more").resolve("x".repeat(100)));
        try (SimulatedHsm hsm = SimulatedHsm.start(deep, LABEL)) {
            hsm.initialize(LABEL);
            try (Pkcs11Tokens tokens = new Pkcs11Tokens(List.of(hsm.settings(LABEL)))) {
                Hsm token = tokens.require(LABEL);
                var id = TestIds.fresh();
                token.generate(id, SigningAlgorithm.ES256, Instant.parse("2026-11-21T12:00:00Z"));

                assertThat(token.open(id, SigningAlgorithm.ES256).sign(new byte[1]))
                        .hasSize(64);
            }
        }
    }

    @Test
    void refusesWhatItDoesNotKnow() {
        try (SimulatedHsm hsm = SimulatedHsm.start(folder, LABEL)) {
            assertThat(hsm.run("destroy").exitCode()).isEqualTo(2);
            assertThat(hsm.run("up", "../elsewhere").exitCode()).isEqualTo(2);
            assertThat(hsm.run("help").exitCode()).isZero();
        }
    }

    /** The process that the server made for a connection of ours. */
    private static ProcessHandle connectionTo(SimulatedHsm hsm) {
        hsm.initialize(LABEL);
        new Pkcs11Tokens(List.of(hsm.settings(LABEL))).require(LABEL).describe();
        ProcessHandle listener = listenerOf(hsm);
        // The one that made the token may still be about to end.
        return await().atMost(LONG_ENOUGH)
                .until(() -> listener.children().toList(), children -> children.size() == 1)
                .get(0);
    }

    private static ProcessHandle listenerOf(SimulatedHsm hsm) {
        String pid = hsm.run("status", LABEL.value()).output().split(" ", 4)[2];
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }

    private static List<String> serversNaming(SimulatedHsm hsm, TokenLabel label) {
        String socket = hsm.run("status", label.value()).output().strip().replaceFirst(".* ", "");
        return ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(socket))
                .toList();
    }

    private Path newFolder(String name) {
        try {
            return Files.createDirectory(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String modeOf(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
