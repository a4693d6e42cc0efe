package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.authority.Authority;
import dev.keymgr.hsm.TokenKey;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import dev.keymgr.testkit.Fault;
import dev.keymgr.testkit.World;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    @ParameterizedTest
    @CsvSource({
        "authorities.intend, 1, FAIL_NOT_APPLIED",
        "authorities.intend, 2, FAIL_BUT_APPLIED",
        "hsm.destroy, 1, FAIL_NOT_APPLIED",
        "hsm.generate, 1, FAIL_NOT_APPLIED",
        "hsm.generate, 2, FAIL_BUT_APPLIED",
        "hsm.sign, 1, FAIL_NOT_APPLIED",
        "authorities.establish, 1, FAIL_NOT_APPLIED",
        "authorities.establish, 2, FAIL_NOT_APPLIED",
        "authorities.establish, 1, FAIL_BUT_APPLIED",
        "authorities.establish, 2, FAIL_BUT_APPLIED",
    })
    void leavesNoOrphanWhereverItBreaksOff(String operation, int time, Fault fault) {
        world.faults().at(operation, time, fault);
        assertThatThrownBy(() -> established(CONSUMER)).isInstanceOf(KeymgrException.class);

        List<Authority> before = world.authorities().authorities(CONSUMER);
        assertThat(findings()).isEmpty();
        assertThat(established(CONSUMER)).hasSize(2).containsAll(before);
        assertThat(findings()).isEmpty();
        assertThat(world.authorities().intents(CONSUMER)).isEmpty();
        assertThat(inTokens())
                .containsExactlyInAnyOrderElementsOf(
                        established(CONSUMER).stream().map(Authority::location).toList());
    }

    @Test
    void isNeverTheKeyOfAnAttemptThatBrokeOff() {
        world.faults().at("authorities.establish", 1, Fault.FAIL_NOT_APPLIED);
        assertThatThrownBy(() -> established(CONSUMER)).hasMessageContaining("could not record an authority");
        TokenKey left = world.token(inTokens().get(0).token()).list().get(0);

        assertThat(established(CONSUMER))
                .satisfiesOnlyOnce(a -> assertThat(a.location()).isEqualTo(left.location()))
                .noneSatisfy(a -> assertThat(a.publicKey()).isEqualTo(left.publicKey()));
    }

    @Test
    void ofATokenThatLostItIsMissedAndTheOtherVouchesUntilThereIsAnother() {
        List<Authority> first = established(CONSUMER);
        Authority lost = first.get(0);
        world.token(lost.location().token()).vanish(lost.location().id());

        assertThat(findings()).singleElement().satisfies(f -> {
            assertThat(f.code()).isEqualTo("authority-missing");
            assertThat(f.location()).isEqualTo(lost.location());
        });
        Advance advance = world.lifecycle().advance(CONSUMER);
        assertThat(advance.failures()).isEmpty();
        assertThat(world.authorities().documents(CONSUMER).orElseThrow().authority())
                .isEqualTo(first.get(1).kid());

        assertThat(established(CONSUMER)).hasSize(2).contains(first.get(1)).doesNotContain(lost);
        assertThat(findings()).isEmpty();
    }

    private List<Custody.Finding> findings() {
        return new Custody(world::token).examine(world.keyring(CONSUMER), world.authorities(), world.policy(CONSUMER));
    }

    private List<KeyLocation> inTokens() {
        return world.policy(CONSUMER).tokens().stream()
                .flatMap(t -> world.token(t).list().stream())
                .map(TokenKey::location)
                .toList();
    }
}
