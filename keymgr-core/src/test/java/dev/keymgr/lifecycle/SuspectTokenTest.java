package dev.keymgr.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Moment;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.rollover.Posture;
import dev.keymgr.testkit.World;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A scope of two tokens after a key of one was revoked with its token: both keys lie in the other. */
class SuspectTokenTest {
    private static final ScopeName CONSUMER = World.CONSUMER;

    private final World world = new World(23);

    @BeforeEach
    void revokesOneWithItsToken() {
        comeToRest();
        revoke(Cause.UNKNOWN);
        comeToRest();
    }

    private void comeToRest() {
        for (int look = 0; look < 3; look++) {
            world.clock().advance(world.policy(CONSUMER).publicationInterval().plusSeconds(1));
            assertThat(world.lifecycle().advance(CONSUMER).failures()).isEmpty();
        }
    }

    private SigningKey the(KeyState state) {
        return world.keyring(CONSUMER).keys().stream()
                .filter(k -> k.state() == state)
                .findFirst()
                .orElseThrow();
    }

    private void revoke(Cause cause) {
        world.lifecycle()
                .emergency()
                .revoke(
                        CONSUMER,
                        the(KeyState.ACTIVE).kid(),
                        Compromise.sinceRevocation("stolen", cause),
                        Issuance.MUST_GO_ON);
    }

    @Test
    void saysWhatKeepsTheKeysInOneTokenAndWhatWouldMoveThemApart() {
        SigningKey burnt = the(KeyState.COMPROMISED);
        assertThat(the(KeyState.ACTIVE).location().token())
                .isNotEqualTo(burnt.location().token());
        assertThat(the(KeyState.PUBLISHED).location().token())
                .isEqualTo(the(KeyState.ACTIVE).location().token());

        assertThat(Posture.check(
                        world.keyring(CONSUMER),
                        world.policy(CONSUMER),
                        world.clock().instant()))
                .filteredOn(f -> f.code().equals("standby-same-token"))
                .singleElement()
                .satisfies(f -> assertThat(f.message())
                        .contains(burnt.location().token().value(), "a new label")
                        .doesNotContain("next rotation"));
    }

    @Test
    void aReadyStandbyThatWouldFallIsNamedWithTheWayToSpareIt() {
        Keyring before = world.keyring(CONSUMER);
        SigningKey standby = the(KeyState.PUBLISHED);

        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> revoke(Cause.UNKNOWN))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECK_FAILED))
                .withMessageContainingAll(
                        standby.kid().prefix(),
                        "falls with its token " + standby.location().token(),
                        "--cause key spares it");
        assertThat(world.keyring(CONSUMER)).isEqualTo(before);

        revoke(Cause.KEY);
        assertThat(the(KeyState.ACTIVE).kid()).isEqualTo(standby.kid());
    }

    @Test
    void nobodySaidSinceWhenSoTheRecordSaysNothingOfIt() {
        SigningKey burnt = the(KeyState.COMPROMISED);

        assertThat(world.inventory().about(burnt.kid()))
                .filteredOn(r -> r.event().action().id().equals("key.revoked"))
                .singleElement()
                .satisfies(r -> assertThat(r.event().details()).doesNotContainKey("invalid-from"));
        assertThat(Objects.requireNonNull(burnt.compromise()).invalidFrom())
                .isEqualTo(burnt.times().require(Moment.COMPROMISED));
    }
}
