package dev.keymgr.hsm.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.NativeLibrary;
import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.HsmContract;
import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.TokenInitialization;
import dev.keymgr.hsm.TokenInitialization.Progress;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.testkit.SimulatedHsm;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract on SoftHSM loaded into this process, as a vendor's library would be. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Pkcs11InProcessIT extends HsmContract {
    private static final TokenLabel LABEL = new TokenLabel("in-process-a");

    private Pkcs11Settings settings;
    private Pkcs11Tokens tokens;
    private Progress before;
    private boolean made;
    private boolean madeAgain;
    private Progress after;

    @BeforeAll
    void start(@TempDir Path home) {
        // The script makes the folder and the configuration; its server is not needed.
        SimulatedHsm simulated = SimulatedHsm.start(home, LABEL);
        simulated.close();
        String configuration = simulated.folder(LABEL).resolve("softhsm2.conf").toString();
        NativeLibrary.getProcess().getFunction("setenv").invokeInt(new Object[] {"SOFTHSM2_CONF", configuration, 1});
        Pkcs11Connection connection = new Pkcs11Connection.InProcess(Path.of(simulated.software("module")));
        settings = new Pkcs11Settings(LABEL, SimulatedHsm.fixedPin(SimulatedHsm.USER_PIN), connection);
        TokenInitialization initialization = new Pkcs11TokenInitialization(Map.of(LABEL, connection));
        before = initialization.progress(LABEL);
        made = initialize(initialization);
        madeAgain = initialize(initialization);
        after = initialization.progress(LABEL);
        tokens = new Pkcs11Tokens(List.of(settings));
    }

    @AfterAll
    void stop() {
        tokens.close();
    }

    @Override
    protected Hsm hsm() {
        return tokens.require(LABEL);
    }

    @Override
    protected Hsm loginAgain() {
        return new Pkcs11Tokens(List.of(settings)).require(LABEL);
    }

    @Override
    protected CkaId freshId() {
        return TestIds.fresh();
    }

    @Test
    void runsInsideThisProcess() {
        assertThat(hsm().describe().isolated()).isFalse();
    }

    @Test
    void makesATokenOnce() {
        assertThat(made).isTrue();
        assertThat(madeAgain).isFalse();
        assertThat(List.of(before, after)).containsExactly(Progress.NOT_BEGUN, Progress.DONE);
    }

    private static boolean initialize(TokenInitialization initialization) {
        try (Pin officer = SimulatedHsm.pin("officer-1138");
                Pin user = SimulatedHsm.pin(SimulatedHsm.USER_PIN)) {
            return initialization.initialize(LABEL, officer, user);
        }
    }
}
