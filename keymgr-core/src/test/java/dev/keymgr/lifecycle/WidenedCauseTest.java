package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.authority.Authority;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Moment;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.testkit.Laws;
import dev.keymgr.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A key is revoked for its own sake alone, and then it turns out that its token was stolen. */
class WidenedCauseTest {
    private final World world = new World(71);
    private final Laws laws = new Laws(world);
    private SigningKey stolen;
    private Instant revokedAt;

    @BeforeEach
    void revokeForItsOwnSake() {
        world.lifecycle().establishAuthorities(CONSUMER);
        world.lifecycle().advance(CONSUMER);
        world.clock().advance(Duration.ofHours(2));
        stolen = world.keyring(CONSUMER).keys().stream()
                .filter(k -> k.state() == KeyState.ACTIVE)
                .findFirst()
                .orElseThrow();
        revokedAt = world.clock().instant();
        revoke("on a paste site", Cause.KEY);
        world.clock().advance(Duration.ofHours(2));
    }

    private Keyring revoke(String reason, Cause cause) {
        return world.lifecycle()
                .emergency()
                .revoke(CONSUMER, stolen.kid(), Compromise.sinceRevocation(reason, cause), Issuance.MUST_GO_ON)
                .keyring();
    }

    private boolean isInTheToken(SigningKey key) {
        return key.location().token().equals(stolen.location().token());
    }

    @Test
    void theStandbyMadeBesideItSinceAndTheAuthorityGo() {
        SigningKey since = world.keyring(CONSUMER).keys().stream()
                .filter(k -> k.state() == KeyState.PUBLISHED && isInTheToken(k))
                .findFirst()
                .orElseThrow();
        assertThat(world.authorities().authorities(CONSUMER)).allMatch(Authority::stands);

        Keyring after = revoke("the PIN was there too", Cause.TOKEN);

        laws.check();
        assertThat(after.require(since.kid()).state()).isEqualTo(KeyState.COMPROMISED);
        assertThat(after.keys())
                .filteredOn(k -> k.state().isListable())
                .isNotEmpty()
                .noneMatch(this::isInTheToken);
        assertThat(world.authorities().authorities(CONSUMER))
                .hasSize(2)
                .allSatisfy(a -> assertThat(a.stands())
                        .isNotEqualTo(
                                a.location().token().equals(stolen.location().token())));
        SigningKey named = after.require(stolen.kid());
        Compromise record = Objects.requireNonNull(named.compromise());
        assertThat(record.reason()).isEqualTo("on a paste site");
        assertThat(record.cause()).isEqualTo(Cause.TOKEN);
        assertThat(named.times().require(Moment.COMPROMISED)).isEqualTo(revokedAt);
        assertThat(world.inventory().about(stolen.kid()))
                .filteredOn(r -> r.event().action() == AuditAction.KEY_CAUSE_WIDENED)
                .singleElement()
                .satisfies(r -> assertThat(r.event().details())
                        .containsEntry("from", "KEY")
                        .containsEntry("to", "TOKEN")
                        .containsEntry("reason", "the PIN was there too"));
    }

    @Test
    void aRepeatBurnsNothingMoreAndANarrowerCauseChangesNothing() {
        revoke("the PIN was there too", Cause.TOKEN);
        world.clock().advance(Duration.ofHours(2));
        world.lifecycle().advance(CONSUMER);
        Keyring before = world.keyring(CONSUMER);

        assertThat(revoke("the PIN was there too", Cause.TOKEN)).isEqualTo(before);
        assertThat(revoke("only the key after all", Cause.KEY)).isEqualTo(before);
    }
}
