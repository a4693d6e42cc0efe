package dev.keymgr.inventory;

import static dev.keymgr.testkit.SampleKeys.CONSUMER;
import static dev.keymgr.testkit.SampleKeys.ENTERPRISE;
import static dev.keymgr.testkit.SampleKeys.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditChain;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditLog;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Generation;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.VerificationKey;
import dev.keymgr.testkit.AtOnce;
import dev.keymgr.testkit.SampleKeys;
import dev.keymgr.testkit.SampleLife;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What every inventory does, the fake as well as the databases. */
public abstract class InventoryContract extends ScopeLockContract {
    /** The record that the same store keeps. */
    protected abstract AuditLog auditLog();

    private static List<AuditEvent> event(ScopeName scope) {
        return List.of(
                AuditEvent.of(START, "ann@test", AuditAction.KEY_GENERATED, scope, null, Map.of("why", "contract")));
    }

    private static Keyring withKey(ScopeName scope, SigningKey key) {
        return Keyring.empty(scope).generated(key, START);
    }

    // ---- reading back

    @Test
    void readsTheEmptyKeyringOfAScopeNeverWritten() {
        assertThat(inventory().read(CONSUMER)).isEqualTo(Keyring.empty(CONSUMER));
        assertThat(inventory().generations()).isEmpty();
    }

    @Test
    void givesBackEveryGenerationOfALifeToTheNanosecond() {
        Inventory inventory = inventory();
        Keyring before = Keyring.empty(CONSUMER);
        for (Keyring after : SampleLife.of(CONSUMER, 1)) {
            inventory.replace(before, after, event(CONSUMER));

            assertThat(inventory.read(CONSUMER)).isEqualTo(after);
            before = after;
        }
        assertThat(before.keys())
                .extracting(SigningKey::state)
                .contains(KeyState.REMOVED, KeyState.COMPROMISED, KeyState.DESTROYED, KeyState.PUBLISHED);
        assertThat(auditLog().read(0, 10_000)).hasSize((int) before.generation().value());
    }

    @Test
    void givesBackWhateverKeyringConstructs() {
        Inventory inventory = inventory();
        for (int seed = 1; seed <= 40; seed++) {
            ScopeName scope = new ScopeName("scope-" + seed);
            Keyring ring = SampleKeys.randomKeyring(scope, seed % 9, new Random(seed));

            inventory.replace(Keyring.empty(scope), ring, List.of());

            assertThat(inventory.read(scope)).as("seed %d", seed).isEqualTo(ring);
        }
        assertThat(inventory.generations()).hasSize(40);
    }

    @Test
    void givesBackKeysOfEveryKind() {
        Keyring ring = Keyring.empty(CONSUMER);
        List<VerificationKey> publicKeys =
                List.of(SampleKeys.p256(1), SampleKeys.p384(1), SampleKeys.rsa(1), SampleKeys.rsa(2));
        for (SigningAlgorithm algorithm : SigningAlgorithm.values()) {
            int n = ring.keys().size();
            ring = ring.generated(
                    SigningKey.generated(
                            new KeyGroup(CONSUMER, algorithm), SampleKeys.location("t", n), publicKeys.get(n), START),
                    START);
        }
        inventory().replace(Keyring.empty(CONSUMER), ring, List.of());

        assertThat(inventory().read(CONSUMER)).isEqualTo(ring);
    }

    @Test
    void listsTheScopesThatHaveAKeyring() {
        inventory()
                .replace(
                        Keyring.empty(ENTERPRISE), withKey(ENTERPRISE, SampleKeys.generated(ENTERPRISE, 1)), List.of());
        inventory().replace(Keyring.empty(CONSUMER), withKey(CONSUMER, SampleKeys.generated(CONSUMER, 2)), List.of());

        assertThat(inventory().generations()).containsOnlyKeys(CONSUMER, ENTERPRISE);
    }

    @Test
    void findsTheScopesOfAKidByItsBeginning() {
        SigningKey mine = SampleKeys.generated(CONSUMER, 1);
        SigningKey yours = SampleKeys.generated(ENTERPRISE, 2);
        inventory().replace(Keyring.empty(CONSUMER), withKey(CONSUMER, mine), List.of());
        inventory().replace(Keyring.empty(ENTERPRISE), withKey(ENTERPRISE, yours), List.of());
        String kid = mine.kid().value();

        assertThat(inventory().scopesOf(kid)).containsExactly(CONSUMER);
        assertThat(inventory().scopesOf(kid.substring(0, 10))).containsExactly(CONSUMER);
        assertThat(inventory().scopesOf("")).containsExactly(CONSUMER, ENTERPRISE);
        assertThat(inventory().scopesOf(kid + "x")).isEmpty();
        assertThat(inventory().scopesOf("_".repeat(10))).as("no wildcard").isEmpty();
        assertThat(inventory().scopesOf("%")).as("no wildcard").isEmpty();
    }

    // ---- compare and swap

    @Test
    void refusesAWriteThatStartsFromAnOldGeneration() {
        List<Keyring> life = SampleLife.of(CONSUMER, 1);
        inventory().replace(Keyring.empty(CONSUMER), life.get(0), event(CONSUMER));
        inventory().replace(life.get(0), life.get(1), event(CONSUMER));

        assertThatThrownBy(() -> inventory().replace(life.get(0), life.get(2), event(CONSUMER)))
                .isInstanceOf(InventoryConflictException.class)
                .hasMessageContaining("generation 2, not 1");
        assertThatThrownBy(() -> inventory().replace(Keyring.empty(CONSUMER), life.get(2), event(CONSUMER)))
                .isInstanceOf(InventoryConflictException.class);
        assertThatThrownBy(() -> inventory().replace(life.get(4), life.get(5), event(CONSUMER)))
                .isInstanceOf(InventoryConflictException.class);
        assertThat(inventory().read(CONSUMER)).isEqualTo(life.get(1));
        assertThat(auditLog().read(0, 100)).hasSize(2);
    }

    @Test
    void acceptsAGenerationSeveralAboveTheOneBefore() {
        List<Keyring> life = SampleLife.of(CONSUMER, 1);
        inventory().replace(Keyring.empty(CONSUMER), life.get(5), event(CONSUMER));
        inventory().replace(life.get(5), life.get(life.size() - 1), event(CONSUMER));

        assertThat(inventory().read(CONSUMER)).isEqualTo(life.get(life.size() - 1));
    }

    @Test
    void refusesWhatIsNoSuccessor() {
        Keyring one = withKey(CONSUMER, SampleKeys.generated(CONSUMER, 1));
        inventory().replace(Keyring.empty(CONSUMER), one, List.of());
        Keyring forgetful = SampleKeys.withKeys(one, List.of());

        assertThatThrownBy(() -> inventory().replace(one, forgetful, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> inventory().replace(one, one, List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> inventory().replace(Keyring.empty(ENTERPRISE), one, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(inventory().read(CONSUMER)).isEqualTo(one);
    }

    @Test
    void letsExactlyOneOfManyFirstWritersIn() throws Exception {
        List<Inventory> clients = List.of(inventory(), inventory(), inventory(), inventory());
        List<Boolean> tries = AtOnce.run(clients, client -> {
            try {
                client.replace(
                        Keyring.empty(CONSUMER), SampleLife.of(CONSUMER, 1).get(0), event(CONSUMER));
                return true;
            } catch (InventoryConflictException e) {
                return false;
            }
        });

        assertThat(tries).containsOnlyOnce(true);
        assertThat(auditLog().read(0, 100)).hasSize(1);
    }

    @Test
    void losesNoWriteOfTwoThatTakeTurns() throws Exception {
        int each = 50;
        AtOnce.run(List.of(inventory(), inventory()), client -> {
            for (int written = 0; written < each; ) {
                Keyring before = client.read(CONSUMER);
                try {
                    client.replace(before, SampleKeys.withKeys(before, List.of()), event(CONSUMER));
                    written++;
                } catch (InventoryConflictException e) {
                    // The other one was first: read again.
                }
            }
            return true;
        });

        assertThat(inventory().read(CONSUMER).generation()).isEqualTo(new Generation(2L * each));
        assertThat(auditLog().read(0, 1000)).hasSize(2 * each);
        assertThat(AuditChain.firstBreak(auditLog().read(0, 1000))).isEmpty();
    }

    @Test
    void letsTwoScopesBeWrittenAtOnce() throws Exception {
        List<ScopeName> scopes = List.of(CONSUMER, ENTERPRISE, new ScopeName("third"));
        AtomicInteger next = new AtomicInteger();
        AtOnce.run(List.of(inventory(), inventory(), inventory()), client -> {
            int mine = next.getAndIncrement();
            Keyring before = Keyring.empty(scopes.get(mine));
            for (Keyring after : SampleLife.of(scopes.get(mine), 1000 * (1 + mine))) {
                client.replace(before, after, event(after.scope()));
                before = after;
            }
            return true;
        });

        int written = 3 * SampleLife.of(CONSUMER, 1).size();
        assertThat(auditLog().read(0, 1000)).hasSize(written);
        assertThat(AuditChain.firstBreak(auditLog().read(0, 1000))).isEmpty();
    }

    // ---- laws

    @Test
    void refusesAKeyThatStandsInAnotherScope() {
        SigningKey mine = SampleKeys.generated(ENTERPRISE, 7);
        SigningKey same = SigningKey.generated(
                new KeyGroup(CONSUMER, SigningAlgorithm.ES256),
                SampleKeys.location("other", 1),
                mine.publicKey(),
                START);
        requireWall(mine, same);
    }

    @Test
    void refusesThePublicKeyOfAnotherScopeTurnedUpsideDown() {
        SigningKey mine = SampleKeys.generated(ENTERPRISE, 7);
        VerificationKey.Ec point = (VerificationKey.Ec) mine.publicKey();
        SigningKey mirrored = SigningKey.generated(
                new KeyGroup(CONSUMER, SigningAlgorithm.ES256),
                SampleKeys.location("other", 1),
                new VerificationKey.Ec("P-256", point.x(), point.y().flipBit(0)),
                START);
        requireWall(mine, mirrored);
    }

    @Test
    void refusesTheTokenObjectOfAnotherKey() {
        SigningKey mine = SampleKeys.generated(ENTERPRISE, 7);
        SigningKey squatter = SigningKey.generated(
                new KeyGroup(CONSUMER, SigningAlgorithm.ES256), mine.location(), SampleKeys.p256(8), START);
        requireWall(mine, squatter);
    }

    private void requireWall(SigningKey enterprise, SigningKey consumer) {
        inventory().replace(Keyring.empty(ENTERPRISE), withKey(ENTERPRISE, enterprise), event(ENTERPRISE));
        Keyring before = withKey(CONSUMER, SampleKeys.generated(CONSUMER, 1));
        inventory().replace(Keyring.empty(CONSUMER), before, event(CONSUMER));

        KeymgrException refusal = catchThrowableOfType(
                KeymgrException.class,
                () -> inventory().replace(before, before.generated(consumer, START), event(CONSUMER)));

        assertThat(refusal.code()).isEqualTo(ErrorCode.DOCUMENT_REFUSED);
        assertThat(refusal)
                .hasMessageContaining(consumer.kid().value())
                .hasMessageContaining("scope enterprise")
                .hasMessageContaining("nothing was written");
        assertThat(inventory().read(CONSUMER)).isEqualTo(before);
        assertThat(auditLog().read(0, 100))
                .as("no record of what did not happen")
                .hasSize(2);
    }

    @Test
    void neverLetsACompromisedKeyComeBack() {
        List<Keyring> life = SampleLife.of(CONSUMER, 1);
        Keyring last = life.get(life.size() - 1);
        inventory().replace(Keyring.empty(CONSUMER), last, event(CONSUMER));
        for (KeyState state : KeyState.values()) {
            if (state == KeyState.COMPROMISED) {
                continue;
            }
            List<SigningKey> revived = new ArrayList<>();
            for (SigningKey key : last.keys()) {
                revived.add(
                        key.state() == KeyState.COMPROMISED ? SampleKeys.inState(key, state, Optional.empty()) : key);
            }

            KeymgrException refusal = catchThrowableOfType(
                    KeymgrException.class,
                    () -> inventory().replace(last, SampleKeys.withKeys(last, revived), event(CONSUMER)));

            assertThat(refusal.code()).isEqualTo(ErrorCode.CHECK_FAILED);
            assertThat(refusal).hasMessageContaining("CompromisedIsFinal");
        }
        assertThat(inventory().read(CONSUMER)).isEqualTo(last);
        assertThat(auditLog().read(0, 100)).hasSize(1);
    }

    @Test
    void chainsTheRecordOfEachChange() {
        List<Keyring> life = SampleLife.of(CONSUMER, 1);
        List<AuditEvent> two = new ArrayList<>(event(CONSUMER));
        two.addAll(event(ENTERPRISE));
        inventory().replace(Keyring.empty(CONSUMER), life.get(0), two);
        inventory().replace(life.get(0), life.get(1), event(CONSUMER));

        assertThat(auditLog().read(0, 100)).extracting(r -> r.sequence()).containsExactly(1L, 2L, 3L);
        assertThat(AuditChain.firstBreak(auditLog().read(0, 100))).isEmpty();
    }
}
