package dev.keymgr.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.authority.Authority;
import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.authority.RevocationList;
import dev.keymgr.authority.SignedDocuments;
import dev.keymgr.authority.SignedKeySet;
import dev.keymgr.authority.Vouching;
import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.json.Json;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.rollover.Posture.Finding;
import dev.keymgr.testkit.FakeJwksSink;
import dev.keymgr.testkit.Fault;
import dev.keymgr.testkit.ReadOnly;
import dev.keymgr.testkit.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a scope's authorities vouch for, through the lifecycle of its keys. */
class AuthorityTest {
    private static final ScopeName CONSUMER = World.CONSUMER;
    private static final ScopeName ENTERPRISE = World.ENTERPRISE;
    private static final Duration SKEW = Duration.ofSeconds(1);

    private final World world = new World(1_558);

    private List<Authority> established(ScopeName scope) {
        return world.lifecycle().establishAuthorities(scope);
    }

    private PinnedAuthorities pinned(ScopeName scope) {
        return PinnedAuthorities.of(
                scope, World.scope(scope).issuer(), world.authorities().authorities(scope));
    }

    private String file(ScopeName scope, String name) {
        byte[] bytes = Objects.requireNonNull(world.sink(scope).signed().get(name), name);
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private SignedKeySet keys(ScopeName scope) {
        return pinned(scope).readKeys(file(scope, "jwks.jwt"), world.clock().instant(), SKEW);
    }

    private RevocationList revocations(ScopeName scope) {
        return pinned(scope)
                .readRevocations(file(scope, "revoked-keys.jwt"), world.clock().instant(), SKEW);
    }

    private static Map<String, Object> claims(String jwt) {
        return Json.parseObject(Base64.getUrlDecoder().decode(jwt.split("\\.", -1)[1]));
    }

    private SigningKey active(ScopeName scope) {
        return world.inventory().read(scope).keys().stream()
                .filter(k -> k.state() == KeyState.ACTIVE)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void standsInEachTokenOnceHoweverOftenItIsAskedFor() {
        List<Authority> first = established(CONSUMER);

        assertThat(established(CONSUMER)).isEqualTo(first);
        assertThat(first)
                .extracting(a -> a.location().token())
                .containsExactlyElementsOf(world.policy(CONSUMER).tokens());
        assertThat(world.inventory().read(0, 10))
                .extracting(r -> r.event().action())
                .containsExactly(
                        AuditAction.AUTHORITY_INTENDED,
                        AuditAction.AUTHORITY_ESTABLISHED,
                        AuditAction.AUTHORITY_INTENDED,
                        AuditAction.AUTHORITY_ESTABLISHED);
    }

    @Test
    void certifiesEachKeyForItsScopeAndSignsTheSetThatListsIt() {
        established(CONSUMER);
        assertThat(world.lifecycle().advance(CONSUMER).failures()).isEmpty();

        Keyring keyring = world.inventory().read(CONSUMER);
        assertThat(keyring.keys())
                .allSatisfy(
                        k -> assertThat(Objects.requireNonNull(k.certificate()).issuer())
                                .isEqualTo(World.scope(CONSUMER).issuer()));
        assertThat(keys(CONSUMER).keys().kids())
                .isEqualTo(keyring.servedPublication().orElseThrow().kids());
        assertThat((List<?>) claims(file(CONSUMER, "historical-keys.jwt")).get("keys"))
                .isNotEmpty();
    }

    @Test
    void isRefusedInAnotherScopesStead() {
        established(CONSUMER);
        established(ENTERPRISE);
        world.lifecycle().advance(CONSUMER);
        world.lifecycle().advance(ENTERPRISE);

        String consumers = file(CONSUMER, "jwks.jwt");
        assertThatThrownBy(() ->
                        pinned(ENTERPRISE).readKeys(consumers, world.clock().instant(), SKEW))
                .isInstanceOf(KeymgrException.class)
                .hasMessageContaining("UNKNOWN_KEY");
    }

    @Test
    void signsNothingAnewUntilSomethingChangesOrHalfTheTimeIsOver() {
        established(CONSUMER);
        world.lifecycle().advance(CONSUMER);
        long first = keys(CONSUMER).sequence();

        world.lifecycle().advance(CONSUMER);
        assertThat(keys(CONSUMER).sequence()).isEqualTo(first);

        world.clock().advance(DocumentTerms.DEFAULT.validity().dividedBy(2));
        world.lifecycle().advance(CONSUMER);
        assertThat(keys(CONSUMER).sequence()).isGreaterThan(first);
    }

    @Test
    void aRevokedKeyLeavesTheSetEntersTheListAndStaysInTheHistory() {
        established(CONSUMER);
        world.lifecycle().advance(CONSUMER);
        world.clock().advance(world.policy(CONSUMER).publicationInterval().plusSeconds(1));
        world.lifecycle().advance(CONSUMER);
        SigningKey stolen = active(CONSUMER);

        world.lifecycle()
                .emergency()
                .revoke(
                        CONSUMER,
                        stolen.kid(),
                        new Compromise(
                                "found in a paste",
                                Compromise.Cause.KEY,
                                world.clock().instant()),
                        Issuance.MAY_STOP);

        assertThat(revocations(CONSUMER).revoked()).containsExactly(stolen.kid());
        assertThat(keys(CONSUMER).keys().find(stolen.kid())).isEmpty();
        assertThat(file(CONSUMER, "historical-keys.jwt"))
                .satisfies(jwt -> assertThat(String.valueOf(claims(jwt).get("keys")))
                        .contains(stolen.kid().value(), "revoked_at", "compromised")
                        .doesNotContain("paste"));
    }

    @Test
    void aKeyIsNotPublishedWhileItsSignedSetCannotBeWrittenAndIsAfterwards() {
        established(CONSUMER);
        world.faults().at(FakeJwksSink.SIGNED, 1, Fault.FAIL_NOT_APPLIED);

        Advance failed = world.lifecycle().advance(CONSUMER);
        assertThat(failed.failures()).isNotEmpty();
        assertThat(world.lifecycle().advance(CONSUMER).failures()).isEmpty();
        assertThat(keys(CONSUMER).keys().kids()).isNotEmpty();
    }

    @Test
    void fallsWithItsTokenWhenMoreThanAKeyIsStolen() {
        List<Authority> first = established(CONSUMER);
        SigningKey stolen = signing(CONSUMER);
        PinnedAuthorities before = pinned(CONSUMER);

        revoke(stolen, Compromise.Cause.TOKEN);

        List<Kid> burnt = first.stream()
                .filter(a -> a.location().token().equals(stolen.location().token()))
                .map(Authority::kid)
                .toList();
        RevocationList list = before.readRevocations(
                file(CONSUMER, "revoked-keys.jwt"), world.clock().instant(), SKEW);
        assertThat(list.authorities()).containsExactlyElementsOf(burnt);
        assertThat(keys(CONSUMER).keys().kids()).doesNotContain(stolen.kid());
        assertThat(established(CONSUMER)).hasSize(2).noneMatch(a -> burnt.contains(a.kid()));
        world.lifecycle().advance(CONSUMER);
        assertThat(established(CONSUMER)).hasSize(2);
    }

    @Test
    void standsWhenOnlyAKeyIsStolen() {
        List<Authority> first = established(CONSUMER);

        revoke(signing(CONSUMER), Compromise.Cause.KEY);

        assertThat(established(CONSUMER)).isEqualTo(first);
    }

    @Test
    void theLastOneStillSaysThatItFell() {
        established(CONSUMER);
        SigningKey stolen = signing(CONSUMER);
        PinnedAuthorities before = pinned(CONSUMER);

        loseTheHost();

        RevocationList list = before.readRevocations(
                file(CONSUMER, "revoked-keys.jwt"), world.clock().instant(), SKEW);
        assertThat(list.authorities()).containsExactlyInAnyOrderElementsOf(before.kids());
        assertThat(list.revoked()).contains(stolen.kid());
        assertThat(before.readKeys(file(CONSUMER, "jwks.jwt"), world.clock().instant(), SKEW)
                        .keys()
                        .kids())
                .isEmpty();
    }

    @Test
    void saysARevocationWithoutTheStoreAndTheRecordFollows() {
        established(CONSUMER);
        SigningKey stolen = signing(CONSUMER);
        long before = keys(CONSUMER).sequence();
        Compromise record = new Compromise(
                "on a paste site", Compromise.Cause.KEY, world.clock().instant());
        long next = SignedDocuments.sequenceAfter(before, world.clock().instant());
        Lifecycle withoutStore = world.lifecycle(new ReadOnly(world.inventory(), 0));

        assertThatThrownBy(() -> withoutStore.emergency().revoke(CONSUMER, stolen.kid(), record, Issuance.MAY_STOP))
                .hasMessageContaining("the signed documents without it, sequence " + next);

        assertThat(revocations(CONSUMER).revoked()).containsExactly(stolen.kid());
        assertThat(keys(CONSUMER).keys().find(stolen.kid())).isEmpty();
        assertThat(world.authorities().sequences()).containsEntry(CONSUMER, before);
        assertThat(EmergencyOrder.signed(world.orders().of(CONSUMER)))
                .hasValueSatisfying(signed -> assertThat(signed.sequence()).isEqualTo(next));

        world.lifecycle().advance(CONSUMER);

        assertThat(world.orders().of(CONSUMER)).isEmpty();
        assertThat(world.authorities().documents(CONSUMER))
                .hasValueSatisfying(signed -> assertThat(signed.sequence()).isGreaterThanOrEqualTo(next));
        assertThat(revocations(CONSUMER).revoked()).containsExactly(stolen.kid());
    }

    /** What was signed since the backup is refused to go back behind, by every verifier that saw it. */
    @Test
    void aRestoredStoreSignsAboveWhatWasSignedSinceTheBackup() {
        Instant backup = world.clock().instant();
        long last = 3;
        for (int signed = 0; signed < 100; signed++) {
            last = SignedDocuments.sequenceAfter(last, backup.plusSeconds(60L * signed));
        }

        assertThat(SignedDocuments.sequenceAfter(3, backup.plusSeconds(60L * 100)))
                .isGreaterThan(last);
        assertThat(SignedDocuments.sequenceAfter(last, backup))
                .as("also with a clock that went back")
                .isEqualTo(last + 1);
    }

    private SigningKey signing(ScopeName scope) {
        world.lifecycle().advance(scope);
        world.clock().advance(world.policy(scope).publicationInterval().plusSeconds(1));
        world.lifecycle().advance(scope);
        return active(scope);
    }

    private void loseTheHost() {
        Compromise record = new Compromise(
                "the host was theirs", Compromise.Cause.HOST, world.clock().instant());
        world.lifecycle().emergency().revokeAll(CONSUMER, record, Issuance.MAY_STOP);
    }

    private void revoke(SigningKey key, Compromise.Cause cause) {
        world.lifecycle()
                .emergency()
                .revoke(
                        CONSUMER,
                        key.kid(),
                        new Compromise("found in a paste", cause, world.clock().instant()),
                        Issuance.MAY_STOP);
    }

    @Test
    void whereNoAuthorityStandsThatIsFoundAndTheFallenSayTheirOwnEnd() {
        established(CONSUMER);
        SigningKey stolen = signing(CONSUMER);
        assertThat(findings()).isEmpty();

        loseTheHost();

        assertThat(findings()).extracting(Finding::code).containsExactly("no-authority");
        assertThat(world.lifecycle()
                        .documentSigner()
                        .sign(
                                CONSUMER,
                                "secevent+jwt",
                                Map.of("kid", stolen.kid().value())))
                .contains(".");

        established(CONSUMER);
        assertThat(findings()).extracting(Finding::code).containsOnly("not-certified");
    }

    private List<Finding> findings() {
        return Vouching.check(world.keyring(CONSUMER), world.authorities().authorities(CONSUMER));
    }
}
