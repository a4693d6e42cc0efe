package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.hsm.HsmException;
import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.testkit.World;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A scope whose document is written nowhere: daemons serve it from the inventory. */
class WithoutSinksTest {
    private static final KeyGroup GROUP = new KeyGroup(CONSUMER, SigningAlgorithm.ES256);

    private final World world = new World(11);

    @BeforeEach
    void begin() {
        world.leaveToDaemons(CONSUMER);
        assertThat(world.lifecycle().advance(CONSUMER).failures()).isEmpty();
    }

    private Kid standby() {
        return world.keyring(CONSUMER).keys().stream()
                .filter(k -> k.state() == KeyState.PUBLISHED)
                .findFirst()
                .orElseThrow()
                .kid();
    }

    @Test
    void itsDocumentIsServedFromTheInstantItIsRecorded() {
        Publication served = world.keyring(CONSUMER).servedPublication().orElseThrow();

        assertThat(served.servedAt()).isEqualTo(world.clock().instant());
        assertThat(world.keyring(CONSUMER).pendingPublication()).isEmpty();
        assertThat(world.keyring(CONSUMER).active(GROUP)).isPresent();
        assertThat(world.sink(CONSUMER).current(CONSUMER)).isEmpty();
    }

    @Test
    void itsKeysRollOverAfterTheSameWaits() {
        Kid next = standby();
        assertThatThrownBy(() -> world.lifecycle().rotate(CONSUMER, SigningAlgorithm.ES256))
                .isInstanceOf(KeymgrException.class)
                .extracting(e -> ((KeymgrException) e).code())
                .isEqualTo(ErrorCode.TOO_EARLY);

        Instant ready = world.clock().instant();
        world.clock().set(ready.plus(world.policy(CONSUMER).publicationInterval()));
        world.lifecycle().rotate(CONSUMER, SigningAlgorithm.ES256);

        assertThat(world.keyring(CONSUMER).active(GROUP).orElseThrow().kid()).isEqualTo(next);
    }

    @Test
    void aKeyThatItsTokenHasLostIsNotActivated() {
        Kid active = world.keyring(CONSUMER).active(GROUP).orElseThrow().kid();
        world.clock().advance(world.policy(CONSUMER).publicationInterval());
        KeyLocation place = world.keyring(CONSUMER).require(standby()).location();
        world.token(place.token()).vanish(place.id());

        assertThatThrownBy(() -> world.lifecycle().rotate(CONSUMER, SigningAlgorithm.ES256))
                .isInstanceOf(HsmException.class);

        assertThat(world.keyring(CONSUMER).active(GROUP).orElseThrow().kid()).isEqualTo(active);
    }

    @Test
    void writingItAgainGivesTheRecordedBytes() {
        JwksDocument document = world.lifecycle().republish(CONSUMER);

        assertThat(document.number())
                .isEqualTo(world.keyring(CONSUMER)
                        .servedPublication()
                        .orElseThrow()
                        .number());
    }
}
