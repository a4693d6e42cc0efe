package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.jwks.JwksProbe;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Moment;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TooEarlyException;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.testkit.World;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Evidence from public addresses only ever delays, and no key signs without it. */
class WitnessTest {
    private final World world = new World(7);
    private byte[] shown = new byte[0];

    /** An address that shows what a cache in front of it holds. */
    private final class Address implements JwksProbe {
        @Override
        public String description() {
            return "https://login.example/consumer/jwks.json";
        }

        @Override
        public byte[] fetch() {
            if (shown.length == 0) {
                throw new KeymgrException(ErrorCode.PUBLICATION_FAILED, description() + " answers with status 404");
            }
            return shown.clone();
        }
    }

    private Advance advance() {
        world.probe(CONSUMER, new Address());
        return world.lifecycle().advance(CONSUMER);
    }

    private void refreshTheCache() {
        shown = world.sink(CONSUMER).current(CONSUMER).orElseThrow();
    }

    private SigningKey standby() {
        return world.keyring(CONSUMER).keys().stream()
                .filter(k -> k.state() == KeyState.PUBLISHED)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theFirstKeyDoesNotSignBeforeItsDocumentIsSeen() {
        KeyGroup group = new KeyGroup(CONSUMER, SigningAlgorithm.ES256);
        Advance blind = advance();

        assertThat(blind.firstError().map(KeymgrException::code)).contains(ErrorCode.PUBLICATION_FAILED);
        assertThat(world.keyring(CONSUMER).active(group)).isEmpty();

        refreshTheCache();
        assertThat(advance().failures()).isEmpty();
        assertThat(world.keyring(CONSUMER).active(group)).isPresent();
    }

    @Test
    void aKeySeenLateWaitsFromThenOnAndTheAddressIsNamed() {
        RolloverPolicy policy = world.policy(CONSUMER);
        advance();
        refreshTheCache();
        advance();
        refreshTheCache();
        Duration waiting = policy.cache().bound().plus(policy.lifetime().skew());
        world.clock().advance(policy.publicationInterval());
        world.lifecycle().rotate(CONSUMER, SigningAlgorithm.ES256);
        Instant published = standby().times().require(Moment.PUBLISHED);

        world.clock().set(published.plus(policy.propagation()).plus(waiting).plusSeconds(60));
        Advance late = advance();
        assertThat(late.failures())
                .anySatisfy(f -> assertThat(f.error().getMessage())
                        .contains("https://login.example/consumer/jwks.json still shows an older document"));
        assertThatThrownBy(() -> world.lifecycle().rotate(CONSUMER, SigningAlgorithm.ES256))
                .hasMessageContaining("still shows an older document");

        refreshTheCache();
        assertThat(advance().failures()).isEmpty();
        Instant seen = world.clock().instant();
        assertThat(standby().times().find(Moment.OBSERVED)).contains(seen);
        assertThatThrownBy(() -> world.lifecycle().rotate(CONSUMER, SigningAlgorithm.ES256))
                .isInstanceOf(TooEarlyException.class);

        world.clock().set(seen.plus(waiting));
        SigningKey next = standby();
        world.lifecycle().rotate(CONSUMER, SigningAlgorithm.ES256);
        assertThat(world.keyring(CONSUMER).require(next.kid()).state()).isEqualTo(KeyState.ACTIVE);
    }

    @Test
    void aDocumentThatIsNotTheRecordedOneIsNoticedOnceThePropagationIsOver() {
        advance();
        refreshTheCache();
        advance();
        refreshTheCache();
        world.clock().advance(world.policy(CONSUMER).propagation());
        assertThat(world.lifecycle().lookAtProbes(CONSUMER)).isEmpty();

        shown = "{\"keys\":[]}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        assertThat(world.lifecycle().lookAtProbes(CONSUMER)).hasSize(1);
    }
}
