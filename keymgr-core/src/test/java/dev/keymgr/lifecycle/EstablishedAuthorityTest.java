package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.authority.Authority;
import dev.keymgr.hsm.TokenKey;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.ScopeName;
import dev.keymgr.testkit.Fault;
import dev.keymgr.testkit.World;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the making of an authority leaves in the tokens, in order and otherwise. */
class EstablishedAuthorityTest {
    private final World world = new World(1_559);

    private List<Authority> established(ScopeName scope) {
        return world.lifecycle().establishAuthorities(scope);
    }

    @Test
    void isNeverTheKeyOfOneThatARestoredStoreHasForgotten() {
        List<Authority> forgotten = established(CONSUMER);
        world.authorities().forget(CONSUMER);

        assertThat(established(CONSUMER))
                .hasSize(2)
                .extracting(Authority::kid)
                .doesNotContainAnyElementsOf(
                        forgotten.stream().map(Authority::kid).toList());
        assertThat(findings())
                .allSatisfy(f -> assertThat(f.code()).isEqualTo("orphan"))
                .extracting(Custody.Finding::location)
                .containsExactlyInAnyOrderElementsOf(
                        forgotten.stream().map(Authority::location).toList());
    }

    @Test
    void leavesNothingInTheTokenWhenItCannotBeRecorded() {
        world.faults().at("authorities.establish", 2, Fault.FAIL_NOT_APPLIED);
        assertThatThrownBy(() -> established(CONSUMER)).hasMessageContaining("could not record an authority");

        assertThat(world.authorities().authorities(CONSUMER)).hasSize(1);
        assertThat(findings()).isEmpty();
        assertThat(established(CONSUMER)).hasSize(2);
        assertThat(findings()).isEmpty();
    }

    @Test
    void keepsItsPrivateHalfWhenItWasRecordedThoughTheStoreFailed() {
        world.faults().at("authorities.establish", 1, Fault.FAIL_BUT_APPLIED);
        assertThatThrownBy(() -> established(CONSUMER)).hasMessageContaining("could not record an authority");

        List<Authority> first = world.authorities().authorities(CONSUMER);
        assertThat(established(CONSUMER)).hasSize(2).containsAll(first);
        assertThat(inTokens())
                .containsExactlyInAnyOrderElementsOf(
                        established(CONSUMER).stream().map(Authority::location).toList());
    }

    @Test
    void leavesAnOrphanAndTellsTheFirstErrorWhenTheTokenFailsToo() {
        world.faults()
                .at("authorities.establish", 1, Fault.FAIL_NOT_APPLIED)
                .at("hsm.destroy", 1, Fault.FAIL_NOT_APPLIED);
        assertThatThrownBy(() -> established(CONSUMER))
                .hasMessageContaining("could not record an authority")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));

        assertThat(established(CONSUMER)).hasSize(2);
        assertThat(findings()).extracting(Custody.Finding::code).containsExactly("orphan");
    }

    private List<Custody.Finding> findings() {
        return new Custody(world::token)
                .examine(world.keyring(CONSUMER), world.authorities().authorities(CONSUMER), world.policy(CONSUMER));
    }

    private List<KeyLocation> inTokens() {
        return world.policy(CONSUMER).tokens().stream()
                .flatMap(t -> world.token(t).list().stream())
                .map(TokenKey::location)
                .toList();
    }
}
