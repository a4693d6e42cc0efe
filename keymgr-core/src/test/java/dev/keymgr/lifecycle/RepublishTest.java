package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.testkit.FakeJwksSink;
import dev.keymgr.testkit.Fault;
import dev.keymgr.testkit.World;
import org.junit.jupiter.api.Test;

/** The recorded document, written once more. */
class RepublishTest {
    private final World world = new World(17);

    @Test
    void whereALaterDocumentIsHalfServedTheRunThatFinishesItIsNamed() {
        assertThat(world.lifecycle().advance(CONSUMER).failures()).isEmpty();
        world.clock().advance(world.policy(CONSUMER).publicationInterval());
        world.faults().clear();
        world.faults().at(FakeJwksSink.PUBLISH, 1, Fault.FAIL_BUT_APPLIED);
        world.lifecycle().rotate(CONSUMER, SigningAlgorithm.ES256);
        assertThat(world.keyring(CONSUMER).pendingPublication()).isPresent();

        assertThatThrownBy(() -> world.lifecycle().republish(CONSUMER))
                .isInstanceOf(KeymgrException.class)
                .hasMessageContaining("stands there already")
                .hasMessageEndingWith("finish that: keymgr apply consumer");

        assertThat(world.lifecycle().advance(CONSUMER).failures()).isEmpty();
        assertThatCode(() -> world.lifecycle().republish(CONSUMER)).doesNotThrowAnyException();
    }
}
