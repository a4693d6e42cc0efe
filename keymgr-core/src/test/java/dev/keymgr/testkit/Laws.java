package dev.keymgr.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditChain;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.hsm.TokenKey;
import dev.keymgr.jwks.Jwk;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.RolloverPlanner;
import dev.keymgr.rollover.Timing;
import dev.keymgr.testkit.TimedSink.Edition;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The design's laws, one method each, checked over everything that outlives a process. Keeps what it has seen, so that a
 * thing that must never come back is known when it does.
 */
public final class Laws {
    private final World world;
    private final Map<Kid, ScopeName> owners = new HashMap<>();
    private final Set<Kid> burnt = new HashSet<>();
    private final Set<Kid> hard = new HashSet<>();
    private final Set<Kid> ended = new HashSet<>();
    private final Map<ScopeName, Integer> editionsSeen = new HashMap<>();
    private final Map<ScopeName, Long> generations = new HashMap<>();
    private final Map<ScopeName, Keyring> seen = new HashMap<>();
    private AuditChain.Head head = AuditChain.START;

    public Laws(World world) {
        this.world = world;
    }

    /** Those that hold at every instant, also right after a crash. */
    public void check() {
        boolean changed = false;
        Set<Kid> burntEarlier = Set.copyOf(burnt);
        for (ScopeName scope : World.SCOPES) {
            Keyring keyring = world.keyring(scope);
            if (keyring.equals(seen.put(scope, keyring)) && !hasNewEditions(scope)) {
                continue;
            }
            changed = true;
            scopesNeverMix(scope, keyring);
            atMostOneActive(keyring);
            noSigningBeforeEveryoneKnows(scope, keyring);
            compromisedIsFinal(keyring);
            lastGoodDocumentStands(scope, burntEarlier);
            generationOnlyGrows(scope, keyring);
        }
        if (changed) {
            keysStayInTheToken();
            noChangeWithoutAudit();
        }
    }

    private boolean hasNewEditions(ScopeName scope) {
        return world.sink(scope).editions().size() > editionsSeen.getOrDefault(scope, 0);
    }

    /** Those that hold once a scope has been advanced without a failure. */
    public void checkSettled(ScopeName scope) {
        Keyring keyring = world.keyring(scope);
        alwaysAStandby(scope, keyring);
        noKeyOutlivesItsLimitInAFreeze(scope, keyring);
        stateIsInventoryAndClock(scope, keyring);
    }

    private void scopesNeverMix(ScopeName scope, Keyring keyring) {
        keyring.keys()
                .forEach(k -> assertThat(owners.computeIfAbsent(k.kid(), x -> scope))
                        .as("ScopesNeverMix: " + k.kid())
                        .isEqualTo(scope));
        world.sink(scope)
                .at(world.clock().instant())
                .ifPresent(e -> e.set().keys().stream()
                        .map(Jwk::kid)
                        .forEach(k -> assertThat(owners.get(k))
                                .as("ScopesNeverMix: published " + k)
                                .isEqualTo(scope)));
    }

    private static void atMostOneActive(Keyring keyring) {
        Set<KeyGroup> active = new HashSet<>();
        for (SigningKey key : keyring.keys()) {
            if (key.state() == KeyState.ACTIVE && !active.add(key.group())) {
                throw new AssertionError("AtMostOneActive: " + key.group());
            }
        }
    }

    /**
     * By the recorded bound alone: no later change of policy can make an early activation look right. Only {@code revoke
     * --hard} may, and says so in the record.
     */
    private void noSigningBeforeEveryoneKnows(ScopeName scope, Keyring keyring) {
        Duration propagation = world.policy(scope).propagation();
        for (SigningKey key : keyring.keys()) {
            Duration bound = key.cacheBound();
            if (key.wasActive() && bound != null && !bound.isZero()) {
                Instant ready =
                        key.times().require(Moment.PUBLISHED).plus(propagation).plus(bound);
                if (key.times().require(Moment.ACTIVATED).isBefore(ready) && !isByHardChoice(key.kid())) {
                    throw new AssertionError("NoSigningBeforeEveryoneKnows: " + key);
                }
            }
        }
    }

    private boolean isByHardChoice(Kid kid) {
        if (!hard.contains(kid)
                && world.inventory().about(kid).stream()
                        .anyMatch(r -> r.event().action() == AuditAction.KEY_ACTIVATED
                                && "hard".equals(r.event().details().get("issuance"))
                                && r.event().details().containsKey("ready-at"))) {
            hard.add(kid);
        }
        return hard.contains(kid);
    }

    private void compromisedIsFinal(Keyring keyring) {
        for (SigningKey key : keyring.keys()) {
            if (key.state() == KeyState.COMPROMISED) {
                burnt.add(key.kid());
            } else if (burnt.contains(key.kid())) {
                throw new AssertionError("CompromisedIsFinal: " + key);
            }
        }
        keyring.pendingPublication()
                .ifPresent(p -> assertThat(p.kids()).as("CompromisedIsFinal").noneMatch(burnt::contains));
    }

    /** Over the documents that came since the last look. */
    private void lastGoodDocumentStands(ScopeName scope, Set<Kid> burntEarlier) {
        List<Edition> editions = world.sink(scope).editions();
        for (int i = editionsSeen.getOrDefault(scope, 0); i < editions.size(); i++) {
            Set<Kid> now = editions.get(i).set().kids();
            assertThat(now).as("LastGoodDocumentStands: empty").isNotEmpty();
            if (i > 0) {
                Set<Kid> added = new HashSet<>(now);
                added.removeAll(editions.get(i - 1).set().kids());
                assertThat(added).as("CompromisedIsFinal: served again").noneMatch(burntEarlier::contains);
                Set<Kid> removed = new HashSet<>(editions.get(i - 1).set().kids());
                removed.removeAll(now);
                removed.removeIf(burnt::contains);
                assertThat(added.isEmpty() || removed.isEmpty())
                        .as("LastGoodDocumentStands: adds " + added + " and removes " + removed)
                        .isTrue();
            }
        }
        editionsSeen.put(scope, editions.size());
    }

    private void generationOnlyGrows(ScopeName scope, Keyring keyring) {
        long before = generations.getOrDefault(scope, 0L);
        assertThat(keyring.generation().value()).as("GenerationOnlyGrows").isGreaterThanOrEqualTo(before);
        generations.put(scope, keyring.generation().value());
    }

    private void keysStayInTheToken() {
        Set<KeyLocation> known = new HashSet<>();
        for (ScopeName scope : World.SCOPES) {
            world.keyring(scope).keys().forEach(k -> known.add(k.location()));
            world.keyring(scope).intents().forEach(i -> known.add(i.location()));
            world.authorities().authorities(scope).forEach(authority -> known.add(authority.location()));
            known.addAll(world.authorities().intents(scope));
        }
        for (FakeHsm token : world.tokens().values()) {
            for (TokenKey key : token.loginAgain().list()) {
                assertThat(key.attributes().violations())
                        .as("KeysStayInTheToken")
                        .isEmpty();
                assertThat(known).as("KeysStayInTheToken: an orphan").contains(key.location());
            }
        }
    }

    private void noChangeWithoutAudit() {
        List<AuditRecord> fresh = world.inventory().read(head.sequence(), 10_000);
        assertThat(AuditChain.firstBreakAfter(head, fresh))
                .as("NoChangeWithoutAudit")
                .isEmpty();
        for (AuditRecord record : fresh) {
            if (record.event().action() == AuditAction.EXPOSURE_ENDED) {
                Kid kid = Objects.requireNonNull(record.event().kid());
                assertThat(burnt).as("ExposureEndsOnce: of a key not revoked").contains(kid);
                assertThat(ended.add(kid)).as("ExposureEndsOnce: " + kid).isTrue();
            }
        }
        if (!fresh.isEmpty()) {
            head = AuditChain.Head.of(fresh.get(fresh.size() - 1));
        }
    }

    private void alwaysAStandby(ScopeName scope, Keyring keyring) {
        world.policy(scope)
                .algorithms()
                .forEach(a -> assertThat(keyring.keys())
                        .as("AlwaysAStandby: " + scope + "/" + a)
                        .anyMatch(k -> k.algorithm() == a && k.state() == KeyState.PUBLISHED && k.canSign()));
    }

    /** Whoever signs past the age limit does so because nothing can replace it, never because of a freeze. */
    private void noKeyOutlivesItsLimitInAFreeze(ScopeName scope, Keyring keyring) {
        Timing timing = new Timing(world.policy(scope));
        Instant now = world.clock().instant();
        for (SigningKey active : keyring.keys()) {
            if (active.state() == KeyState.ACTIVE
                    && !now.isBefore(timing.ageLimit(active).result())) {
                assertThat(keyring.in(active.group()))
                        .as("NoKeyOutlivesItsLimitInAFreeze: " + active)
                        .noneMatch(k -> k.state() == KeyState.PUBLISHED
                                && k.canSign()
                                && !timing.readyAt(k).orElseThrow().result().isAfter(now));
            }
        }
    }

    private void stateIsInventoryAndClock(ScopeName scope, Keyring keyring) {
        assertThat(new RolloverPlanner()
                        .plan(keyring, world.policy(scope), world.clock().instant())
                        .due())
                .as("StateIsInventoryAndClock: " + scope)
                .isEmpty();
    }
}
