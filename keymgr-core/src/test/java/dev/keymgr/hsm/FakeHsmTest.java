package dev.keymgr.hsm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.testkit.FakeHsm;
import dev.keymgr.testkit.FakeKeys;
import dev.keymgr.testkit.Fault;
import dev.keymgr.testkit.FaultPlan;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FakeHsmTest extends HsmContract {
    private static final TokenLabel LABEL = new TokenLabel("fake-a");

    private final FaultPlan faults = new FaultPlan();
    private final FakeHsm hsm = new FakeHsm(LABEL, faults);
    private final AtomicInteger ids = new AtomicInteger();

    @Override
    protected Hsm hsm() {
        return hsm;
    }

    @Override
    protected Hsm loginAgain() {
        return hsm.loginAgain();
    }

    @Override
    protected CkaId freshId() {
        return new CkaId(String.format("%032x", ids.incrementAndGet()));
    }

    @Test
    void failsWithoutHavingMadeAKeyWhenNotApplied() {
        faults.at("hsm.generate", 1, Fault.FAIL_NOT_APPLIED);
        CkaId id = freshId();

        assertFailsWith(ErrorCode.TOKEN_UNAVAILABLE, () -> hsm.generate(id, SigningAlgorithm.ES256, NOW));

        assertThat(hsm.find(id)).isEmpty();
        assertThat(faults.unmet()).isEmpty();
    }

    @Test
    void failsAfterHavingMadeAKeyWhenTheReplyIsLost() {
        faults.at("hsm.generate", 1, Fault.FAIL_BUT_APPLIED);
        CkaId id = freshId();

        assertFailsWith(ErrorCode.TOKEN_UNAVAILABLE, () -> hsm.generate(id, SigningAlgorithm.ES256, NOW));
        TokenKey left = hsm.find(id).orElseThrow();

        assertThat(hsm.generate(id, SigningAlgorithm.ES256, NOW)).isEqualTo(left);
        assertThat(hsm.generatedCount()).isEqualTo(1);
        assertThat(faults.seen())
                .containsExactly(new FaultPlan.Point("hsm.generate", 1), new FaultPlan.Point("hsm.generate", 2));
    }

    @Test
    void answersNobodyWhileItIsDown() {
        CkaId id = freshId();
        hsm.generate(id, SigningAlgorithm.ES256, NOW);
        SigningHandle handle = hsm.open(id, SigningAlgorithm.ES256);

        hsm.takeDown();

        assertFailsWith(ErrorCode.TOKEN_UNAVAILABLE, hsm::describe);
        assertFailsWith(ErrorCode.TOKEN_UNAVAILABLE, () -> handle.sign(new byte[1]));
        hsm.bringUp();
        assertThat(handle.sign(new byte[1])).hasSize(64);
    }

    @Test
    void missesAKeyThatVanishedBehindOurBack() {
        CkaId id = freshId();
        hsm.generate(id, SigningAlgorithm.ES256, NOW);
        SigningHandle handle = hsm.open(id, SigningAlgorithm.ES256);

        hsm.vanish(id);

        assertFailsWith(ErrorCode.TOKEN_KEY_MISSING, () -> handle.sign(new byte[1]));
        assertThat(hsm.find(id)).isEmpty();
    }

    @Test
    void showsThatAPlantedKeyWasNotMadeHere() {
        CkaId id = freshId();

        hsm.plant(id, SigningAlgorithm.ES256, FakeKeys.IMPORTED);

        assertThat(hsm.find(id).orElseThrow().attributes().violations()).isNotEmpty();
    }

    @Test
    void repeatsItsKeysFromASeed() {
        CkaId id = freshId();

        TokenKey one =
                new FakeHsm(LABEL, new FaultPlan(), FakeKeys.seeded(7)).generate(id, SigningAlgorithm.ES256, NOW);
        TokenKey two =
                new FakeHsm(LABEL, new FaultPlan(), FakeKeys.seeded(7)).generate(id, SigningAlgorithm.ES256, NOW);

        assertThat(one).isEqualTo(two);
    }
}
