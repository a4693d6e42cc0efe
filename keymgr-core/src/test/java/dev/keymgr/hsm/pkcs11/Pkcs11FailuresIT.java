package dev.keymgr.hsm.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.PinSource;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.testkit.SimulatedHsm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a token that cannot be used says, and what it is spared. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Pkcs11FailuresIT {
    private static final TokenLabel LABEL = new TokenLabel("failures-a");
    private static final TokenLabel EMPTY = new TokenLabel("failures-empty");
    private static final String WRONG_PIN = "wrong-4471";

    private SimulatedHsm simulated;

    @BeforeAll
    void start(@TempDir Path home) {
        simulated = SimulatedHsm.start(home, LABEL, EMPTY);
        simulated.initialize(LABEL);
    }

    @AfterAll
    void stop() {
        simulated.close();
    }

    /** Counts how often it is read. */
    private static final class CountingSource implements PinSource {
        private final AtomicInteger reads = new AtomicInteger();

        @Override
        public String description() {
            return "file secrets/failures.pin";
        }

        @Override
        public Pin read() {
            reads.incrementAndGet();
            return SimulatedHsm.pin(WRONG_PIN);
        }
    }

    @Test
    void triesAWrongPinOnce() {
        CountingSource source = new CountingSource();
        try (Pkcs11Tokens tokens = tokens(new Pkcs11Settings(LABEL, source, simulated.isolated(LABEL)))) {
            assertFails(ErrorCode.TOKEN_LOGIN, () -> tokens.require(LABEL), "file secrets/failures.pin", "tried once");
            simulated.down(LABEL);
            // The token is gone, and it still says login: it was not even looked for.
            assertFails(ErrorCode.TOKEN_LOGIN, () -> tokens.require(LABEL), "CKR_PIN_INCORRECT", "counts tries");
        } finally {
            simulated.up(LABEL);
        }

        assertThat(source.reads).hasValue(1);
        try (Pkcs11Tokens tokens = tokens(simulated.settings(LABEL))) {
            assertThat(tokens.require(LABEL).describe().label()).isEqualTo(LABEL);
        }
    }

    @Test
    void neverRepeatsThePin() {
        try (Pkcs11Tokens tokens =
                tokens(new Pkcs11Settings(LABEL, SimulatedHsm.fixedPin(WRONG_PIN), simulated.isolated(LABEL)))) {
            assertThatThrownBy(() -> tokens.require(LABEL)).satisfies(e -> {
                for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                    assertThat(cause.toString()).doesNotContain(WRONG_PIN);
                }
            });
        }
    }

    @Test
    void namesTheLabelsItSawWhenItsOwnIsAbsent() {
        TokenLabel other = new TokenLabel("somebody-else");
        Pkcs11Settings misnamed =
                new Pkcs11Settings(other, SimulatedHsm.fixedPin(SimulatedHsm.USER_PIN), simulated.isolated(LABEL));
        try (Pkcs11Tokens tokens = tokens(misnamed)) {
            assertFails(ErrorCode.TOKEN_UNAVAILABLE, () -> tokens.require(other), "somebody-else", "failures-a");
        }
    }

    @Test
    void saysThatTheTokenWasNeverMade() {
        try (Pkcs11Tokens tokens = tokens(simulated.settings(EMPTY))) {
            assertFails(ErrorCode.TOKEN_UNAVAILABLE, () -> tokens.require(EMPTY), "uninitialised", "keymgr init");
        }
    }

    @Test
    void saysThatTheModuleIsMissing(@TempDir Path folder) {
        Path absent = folder.resolve("no-such-module.so");
        assertFailsFor(new Pkcs11Connection.InProcess(absent), ErrorCode.TOKEN_MODULE, absent.toString());
        assertFailsFor(
                new Pkcs11Connection.Isolated(simulated.folder(LABEL).resolve("socket"), absent, folder),
                ErrorCode.TOKEN_MODULE,
                absent.toString());
    }

    @Test
    void saysThatTheModuleIsNone(@TempDir Path folder) throws IOException {
        Path text = Files.writeString(folder.resolve("module.so"), "not a library");
        assertFailsFor(new Pkcs11Connection.InProcess(text), ErrorCode.TOKEN_MODULE, text.toString());

        Path library = Path.of(simulated.software("server"));
        assertFailsFor(new Pkcs11Connection.InProcess(library), ErrorCode.TOKEN_MODULE, library.toString());
    }

    @Test
    void saysHowToStartAServerThatWasNeverStarted(@TempDir Path folder) {
        Path socket = folder.resolve("socket");
        assertFailsFor(
                new Pkcs11Connection.Isolated(socket, Path.of(simulated.software("client")), folder),
                ErrorCode.TOKEN_UNAVAILABLE,
                "hsm-config/hsm up");
    }

    @Test
    void refusesATokenThatIsNotConfigured() {
        try (Pkcs11Tokens tokens = tokens(simulated.settings(LABEL))) {
            assertFails(
                    ErrorCode.TOKEN_UNAVAILABLE,
                    () -> tokens.require(new TokenLabel("unheard-of")),
                    "not configured",
                    "failures-a");
        }
    }

    private static Pkcs11Tokens tokens(Pkcs11Settings settings) {
        return new Pkcs11Tokens(List.of(settings));
    }

    private static void assertFailsFor(Pkcs11Connection connection, ErrorCode code, String... said) {
        Pkcs11Settings settings = new Pkcs11Settings(LABEL, SimulatedHsm.fixedPin(SimulatedHsm.USER_PIN), connection);
        try (Pkcs11Tokens tokens = tokens(settings)) {
            assertFails(code, () -> tokens.require(LABEL), said);
        }
    }

    private static void assertFails(ErrorCode code, ThrowingCallable call, String... said) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        HsmException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContainingAll(said);
    }
}
