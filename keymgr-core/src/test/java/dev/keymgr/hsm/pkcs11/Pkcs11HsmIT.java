package dev.keymgr.hsm.pkcs11;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.HsmContract;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.testkit.SimulatedHsm;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The contract on SoftHSM in another process, behind a socket: the way keymgr runs it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Pkcs11HsmIT extends HsmContract {
    private static final TokenLabel LABEL = new TokenLabel("contract-a");

    private SimulatedHsm simulated;
    private Pkcs11Tokens tokens;

    @BeforeAll
    void start(@TempDir Path home) {
        simulated = SimulatedHsm.start(home, LABEL);
        simulated.initialize(LABEL);
        tokens = new Pkcs11Tokens(List.of(simulated.settings(LABEL)));
    }

    @AfterAll
    void stop() {
        tokens.close();
        simulated.close();
    }

    @Override
    protected Hsm hsm() {
        return tokens.require(LABEL);
    }

    @Override
    protected Hsm loginAgain() {
        return new Pkcs11Tokens(List.of(simulated.settings(LABEL))).require(LABEL);
    }

    @Override
    protected CkaId freshId() {
        return TestIds.fresh();
    }

    @Test
    void runsOutsideThisProcess() {
        assertThat(hsm().describe().isolated()).isTrue();
        assertThat(hsm().describe().model()).contains("SoftHSM");
    }
}
