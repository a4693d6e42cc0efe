package dev.keymgr.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.testkit.Fault;
import dev.keymgr.testkit.FaultPlan.Point;
import dev.keymgr.testkit.Laws;
import dev.keymgr.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every write of every story fails once in both ways (it did not happen; it happened and the reply was lost), the process
 * dies of it, and the next one carries on. Afterwards the laws hold and the story ends as if nothing had been.
 */
final class FaultPairsTest {
    private static final ScopeName SCOPE = World.CONSUMER;
    private static final Compromise RECORD =
            new Compromise("seen elsewhere", Compromise.Cause.KEY, Instant.parse("2026-01-01T00:00:00Z"));

    /**
     * A story.
     *
     * @param before what is there
     * @param act told the world as it is then, what is interrupted, and done again by the next process
     * @param end how it must end
     */
    private record Story(
            String name, Consumer<World> before, Function<World, Consumer<Lifecycle>> act, Consumer<World> end) {}

    private static final List<Story> STORIES = List.of(
            new Story(
                    "the first keys of a scope",
                    w -> {},
                    FaultPairsTest::advancing,
                    FaultPairsTest::hasActiveAndStandby),
            new Story("a rotation", w -> passing(w, Duration.ofDays(14)), FaultPairsTest::advancing, w -> {
                hasActiveAndStandby(w);
                assertThat(in(w, KeyState.RETIRED)).hasSize(1);
            }),
            new Story(
                    "a destruction",
                    w -> {
                        passing(w, Duration.ofDays(14));
                        w.lifecycle().advance(SCOPE);
                        w.clock().advance(Duration.ofMinutes(2));
                    },
                    FaultPairsTest::advancing,
                    w -> assertThat(in(w, KeyState.RETIRED))
                            .hasSize(1)
                            .allMatch(k -> k.privateHalf() == PrivateHalf.DESTROYED)),
            new Story(
                    "a removal",
                    w -> {
                        passing(w, Duration.ofDays(14));
                        w.lifecycle().advance(SCOPE);
                        w.clock().advance(Duration.ofHours(3));
                    },
                    FaultPairsTest::advancing,
                    w -> {
                        assertThat(in(w, KeyState.REMOVED)).hasSize(1);
                        assertThat(w.keyring(SCOPE)
                                        .servedPublication()
                                        .orElseThrow()
                                        .kids())
                                .doesNotContain(in(w, KeyState.REMOVED).get(0).kid());
                    }),
            new Story(
                    "a revocation of the active key",
                    w -> passing(w, Duration.ofDays(1)),
                    w -> revoking(active(w)),
                    w -> {
                        hasActiveAndStandby(w);
                        assertThat(in(w, KeyState.COMPROMISED)).hasSize(1);
                        assertThat(w.keyring(SCOPE)
                                        .servedPublication()
                                        .orElseThrow()
                                        .kids())
                                .doesNotContain(
                                        in(w, KeyState.COMPROMISED).get(0).kid());
                    }),
            new Story(
                    "a revocation with no standby ready, signing on with one that verifiers may not know",
                    w -> w.lifecycle().advance(SCOPE),
                    w -> {
                        Kid kid = active(w);
                        return l -> l.emergency().revoke(SCOPE, kid, RECORD, Issuance.FRESH_KEY);
                    },
                    w -> {
                        hasActiveAndStandby(w);
                        assertThat(in(w, KeyState.COMPROMISED)).hasSize(1);
                    }),
            new Story(
                    "a revocation of all keys, issuance held",
                    w -> passing(w, Duration.ofDays(1)),
                    w -> l -> l.emergency().revokeAll(SCOPE, RECORD, Issuance.MAY_STOP),
                    w -> {
                        assertThat(in(w, KeyState.COMPROMISED)).hasSize(2);
                        assertThat(in(w, KeyState.PUBLISHED)).hasSize(2);
                        assertThat(in(w, KeyState.ACTIVE)).isEmpty();
                    }),
            new Story(
                    "a revocation of all keys, a fresh one signing",
                    w -> passing(w, Duration.ofDays(1)),
                    w -> l -> l.emergency().revokeAll(SCOPE, RECORD, Issuance.FRESH_KEY),
                    w -> {
                        hasActiveAndStandby(w);
                        assertThat(in(w, KeyState.COMPROMISED)).hasSize(2);
                    }),
            new Story(
                    "the end of an exposure",
                    w -> {
                        passing(w, Duration.ofDays(1));
                        revoking(active(w)).accept(w.lifecycle());
                        w.clock().advance(Duration.ofHours(2));
                    },
                    FaultPairsTest::advancing,
                    w -> assertThat(w.inventory()
                                    .about(in(w, KeyState.COMPROMISED).get(0).kid()))
                            .filteredOn(r -> r.event().action() == AuditAction.EXPOSURE_ENDED)
                            .hasSize(1)),
            new Story(
                    "an order to revoke later",
                    w -> passing(w, Duration.ofDays(1)),
                    w -> scheduling(active(w), w.clock().instant().plus(Duration.ofDays(2))),
                    w -> assertThat(w.keyring(SCOPE).revocations())
                            .extracting(ScheduledRevocation::kid)
                            .containsExactly(active(w))),
            new Story(
                    "an order to revoke later taken back",
                    w -> {
                        passing(w, Duration.ofDays(1));
                        scheduling(active(w), w.clock().instant().plus(Duration.ofDays(2)))
                                .accept(w.lifecycle());
                    },
                    w -> {
                        Kid kid = active(w);
                        return l -> l.emergency().cancel(SCOPE, kid);
                    },
                    w -> assertThat(w.keyring(SCOPE).revocations()).isEmpty()),
            new Story(
                    "an ordered revocation that comes about",
                    w -> {
                        passing(w, Duration.ofDays(1));
                        scheduling(active(w), w.clock().instant().plus(Duration.ofDays(2)))
                                .accept(w.lifecycle());
                        w.clock().advance(Duration.ofDays(2));
                    },
                    FaultPairsTest::advancing,
                    w -> {
                        hasActiveAndStandby(w);
                        assertThat(in(w, KeyState.COMPROMISED)).hasSize(1);
                        assertThat(w.keyring(SCOPE).revocations()).isEmpty();
                    }));

    @TestFactory
    Stream<DynamicTest> survivesEveryFaultAtEveryWrite() {
        return STORIES.stream()
                .flatMap(story -> points(story).stream()
                        .flatMap(point -> Stream.of(Fault.values())
                                .map(fault -> DynamicTest.dynamicTest(
                                        story.name() + ", " + point.name() + " " + point.nth() + ", " + fault,
                                        () -> survives(story, point, fault)))));
    }

    private static List<Point> points(Story story) {
        World world = begun(story);
        story.act().apply(world).accept(world.lifecycle());
        story.end().accept(world);
        List<Point> met = world.faults().seen();
        assertThat(met).as("the writes of " + story.name()).isNotEmpty();
        return met;
    }

    private static World begun(Story story) {
        World world = new World(7);
        story.before().accept(world);
        world.faults().clear();
        return world;
    }

    private static void survives(Story story, Point point, Fault fault) {
        World world = begun(story);
        Laws laws = new Laws(world);
        Consumer<Lifecycle> act = story.act().apply(world);
        world.faults().at(point, fault);

        try {
            act.accept(world.lifecycle());
        } catch (KeymgrException expected) {
            laws.check();
        }
        assertThat(world.faults().unmet()).isEmpty();
        laws.check();
        act.accept(world.lifecycle());

        laws.check();
        laws.checkSettled(SCOPE);
        story.end().accept(world);
    }

    private static void passing(World world, Duration time) {
        world.lifecycle().advance(SCOPE);
        world.clock().advance(time);
    }

    private static Consumer<Lifecycle> advancing(World world) {
        return l -> l.advance(SCOPE);
    }

    private static Consumer<Lifecycle> revoking(Kid kid) {
        return l -> l.emergency().revoke(SCOPE, kid, RECORD, Issuance.MUST_GO_ON);
    }

    private static Consumer<Lifecycle> scheduling(Kid kid, Instant at) {
        return l -> l.emergency().schedule(SCOPE, new ScheduledRevocation(kid, at, RECORD));
    }

    private static Kid active(World world) {
        return in(world, KeyState.ACTIVE).get(0).kid();
    }

    private static List<SigningKey> in(World world, KeyState state) {
        return world.keyring(SCOPE).keys().stream()
                .filter(k -> k.state() == state)
                .toList();
    }

    private static void hasActiveAndStandby(World world) {
        assertThat(in(world, KeyState.ACTIVE)).hasSize(1);
        assertThat(in(world, KeyState.PUBLISHED)).hasSize(1);
        assertThat(world.keyring(SCOPE).intents()).isEmpty();
    }
}
