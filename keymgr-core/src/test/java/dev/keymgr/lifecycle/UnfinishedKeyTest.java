package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.testkit.Fault;
import dev.keymgr.testkit.Laws;
import dev.keymgr.testkit.World;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A key whose making broke off after its token had made it, and whose token was stolen then. */
class UnfinishedKeyTest {
    private final World world = new World(1_907);
    private final Laws laws = new Laws(world);

    @Test
    void neverComesToSign() {
        world.lifecycle().advance(CONSUMER);
        world.clock().advance(world.policy(CONSUMER).rotation());
        world.faults().at("hsm.generate", 3, Fault.FAIL_BUT_APPLIED).at("hsm.generate", 4, Fault.FAIL_NOT_APPLIED);
        world.lifecycle().advance(CONSUMER);
        GenerationIntent unfinished = world.keyring(CONSUMER).intents().get(0);
        SigningKey stolen = world.keyring(CONSUMER).keys().stream()
                .filter(k -> k.state() == KeyState.RETIRED)
                .findFirst()
                .orElseThrow();
        assertThat(lies(unfinished)).isTrue();
        assertThat(stolen.location().token()).isEqualTo(unfinished.location().token());
        world.clock().advance(Duration.ofSeconds(1));

        Keyring after = world.lifecycle()
                .emergency()
                .revoke(
                        CONSUMER,
                        stolen.kid(),
                        Compromise.sinceRevocation("the PIN was on a paste site", Compromise.Cause.TOKEN),
                        Issuance.MUST_GO_ON)
                .keyring();

        laws.check();
        assertThat(after.intents()).isEmpty();
        assertThat(lies(unfinished)).isFalse();
        assertThat(after.keys()).noneMatch(k -> k.location().equals(unfinished.location()));
        assertThat(world.inventory().read(0, 1_000))
                .extracting(r -> r.event().action())
                .contains(AuditAction.GENERATION_ABANDONED);
    }

    private boolean lies(GenerationIntent intent) {
        return world.holds(intent.location());
    }
}
