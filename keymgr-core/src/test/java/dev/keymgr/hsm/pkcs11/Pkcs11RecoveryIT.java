package dev.keymgr.hsm.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.SigningHandle;
import dev.keymgr.hsm.TokenKey;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.testkit.JoseSignatures;
import dev.keymgr.testkit.SimulatedHsm;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A token whose server dies and comes back, under a process that does not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Pkcs11RecoveryIT {
    private static final TokenLabel LABEL = new TokenLabel("recovery-a");
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final byte[] INPUT = {1, 2, 3};
    private static final int THREADS = 8;

    private Path home;
    private SimulatedHsm simulated;
    private Pkcs11Tokens tokens;
    private final CkaId id = TestIds.fresh();
    private TokenKey key;
    private SigningHandle handle;

    @BeforeAll
    void start(@TempDir Path folder) {
        home = folder;
        simulated = SimulatedHsm.start(folder, LABEL);
        simulated.initialize(LABEL);
        tokens = new Pkcs11Tokens(List.of(simulated.settings(LABEL)));
        key = tokens.require(LABEL).generate(id, SigningAlgorithm.ES256, NOW);
        handle = tokens.require(LABEL).open(id, SigningAlgorithm.ES256);
    }

    @BeforeEach
    void bringUp() {
        simulated.up(LABEL);
    }

    @AfterAll
    void stop() {
        tokens.close();
        simulated.close();
    }

    @Test
    void goesOnAfterItsServerWasKilledAndStartedAgain() {
        Hsm hsm = tokens.require(LABEL);

        for (int round = 0; round < 3; round++) {
            simulated.kill(LABEL);
            simulated.up(LABEL);

            assertThat(hsm.find(id)).contains(key);
            assertSigns(handle.sign(INPUT));
            assertSigns(hsm.sign(id, SigningAlgorithm.ES256, INPUT));
        }
    }

    @Test
    void signsAgainAlthoughTheHandleIsTheFirstToNotice() {
        simulated.kill(LABEL);
        simulated.up(LABEL);

        assertSigns(handle.sign(INPUT));
    }

    @Test
    void generatesAndDestroysOverALostSession() {
        Hsm hsm = tokens.require(LABEL);
        CkaId other = TestIds.fresh();

        simulated.kill(LABEL);
        simulated.up(LABEL);
        hsm.generate(other, SigningAlgorithm.ES256, NOW);
        simulated.kill(LABEL);
        simulated.up(LABEL);
        hsm.destroy(other);

        assertThat(hsm.find(other)).isEmpty();
    }

    @Test
    void saysThatItIsDownAndRecoversOnTheNextCall() {
        Hsm hsm = tokens.require(LABEL);

        simulated.kill(LABEL);

        for (int attempt = 0; attempt < 3; attempt++) {
            assertUnavailable(hsm::describe);
            assertUnavailable(() -> handle.sign(INPUT));
            assertUnavailable(() -> hsm.generate(TestIds.fresh(), SigningAlgorithm.ES256, NOW));
        }
        simulated.up(LABEL);
        assertSigns(handle.sign(INPUT));
        assertThat(hsm.describe().label()).isEqualTo(LABEL);
    }

    @Test
    void saysThatItIsDownWhenItWasStoppedInOrder() {
        simulated.down(LABEL);

        assertUnavailable(() -> handle.sign(INPUT));
        assertUnavailable(() -> tokens.require(LABEL).list());
    }

    @Test
    void failsOrSignsRightlyInEveryThreadWhileItsServerDies() throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<Integer>> tasks = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                tasks.add(this::signAHundredTimes);
            }
            List<Future<Integer>> running = new ArrayList<>();
            for (Callable<Integer> task : tasks) {
                running.add(pool.submit(task));
            }
            simulated.kill(LABEL);
            simulated.up(LABEL);
            for (Future<Integer> outcome : running) {
                assertThat(outcome.get()).isZero();
            }
        } finally {
            pool.shutdownNow();
        }
        assertSigns(handle.sign(INPUT));
    }

    @Test
    void leavesNoLinksBehind() throws IOException {
        Files.createDirectories(home.resolve("run").resolve("link-999999999-of-the-dead"));

        simulated.kill(LABEL);
        simulated.up(LABEL);
        handle.sign(INPUT);

        try (DirectoryStream<Path> links = Files.newDirectoryStream(home.resolve("run"), "link-*")) {
            assertThat(links).isEmpty();
        }
    }

    /** Counts wrong signatures; an honest refusal while the server is away is none. */
    private int signAHundredTimes() {
        int wrong = 0;
        for (int i = 0; i < 100; i++) {
            try {
                wrong += signs(handle.sign(INPUT)) ? 0 : 1;
            } catch (HsmException e) {
                wrong += e.code() == ErrorCode.TOKEN_UNAVAILABLE ? 0 : 1;
            }
        }
        return wrong;
    }

    private void assertSigns(byte[] signature) {
        assertThat(signs(signature)).isTrue();
    }

    private boolean signs(byte[] signature) {
        return JoseSignatures.verifies(
                Objects.requireNonNull(key.publicKey()), SigningAlgorithm.ES256, INPUT, signature);
    }

    private static void assertUnavailable(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HsmException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.TOKEN_UNAVAILABLE))
                .hasMessageContaining("hsm-config/hsm up");
    }
}
