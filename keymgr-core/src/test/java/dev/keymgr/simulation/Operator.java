package dev.keymgr.simulation;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.Hold;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.ScheduledRevocation;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Advance;
import dev.keymgr.lifecycle.Emergency;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.lifecycle.Emergency.Listing;
import dev.keymgr.lifecycle.Lifecycle;
import dev.keymgr.rollover.Freeze;
import dev.keymgr.rollover.PolicyLint;
import dev.keymgr.rollover.RolloverPlanner.WhenFrozen;
import dev.keymgr.rollover.RolloverPolicy.Caching;
import dev.keymgr.simulation.Simulation.Haste;
import dev.keymgr.testkit.Fault;
import dev.keymgr.testkit.Policies;
import dev.keymgr.testkit.ReadOnly;
import dev.keymgr.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

/** Everybody who acts on the world: the timer, operators with all their commands, crashes, thieves and broken clocks. */
final class Operator {
    private static final List<Duration> MAX_AGES =
            List.of(Duration.ofMinutes(5), Duration.ofMinutes(20), Duration.ofMinutes(60));
    private static final List<Duration> LIFETIMES =
            List.of(Duration.ofMinutes(10), Duration.ofMinutes(60), Duration.ofHours(4));
    private static final List<String> WRITES =
            List.of("inventory.replace", "hsm.generate", "hsm.destroy", "sink.publish");

    private final World world;
    private final Random random;
    private final Haste haste;
    private Lifecycle process;
    private int crashes;

    Operator(World world, Random random, Haste haste) {
        this.haste = haste;
        this.world = world;
        this.random = random;
        this.process = world.lifecycle();
    }

    int crashes() {
        return crashes;
    }

    /** One event in a scope; whether everything due was done by it. */
    boolean act(ScopeName scope) {
        int dice = random.nextInt(1_000);
        if (dice < 80) {
            return crash(scope);
        }
        if (dice < 84) {
            clockGoesBack(scope);
        } else if (dice < 88) {
            WhenFrozen whenFrozen = random.nextBoolean() ? WhenFrozen.REFUSE : WhenFrozen.ROTATE_ALL_THE_SAME;
            command(() -> process.rotate(scope, SigningAlgorithm.ES256, whenFrozen));
        } else if (dice < 89) {
            suspend(scope);
        } else if (dice < 94) {
            resume(scope);
        } else if (dice < 95) {
            revoke(scope);
        } else if (dice < 96) {
            revokeLater(scope);
        } else if (dice < 99) {
            hold(scope);
        } else if (dice < 103) {
            editPolicy(scope);
        } else if (dice < 104) {
            loseAKey(scope);
        } else if (dice < 130) {
            return raceOfTwoWriters(scope);
        } else if (dice < 134 && haste == Haste.SELDOM) {
            freeze(scope);
        } else if (dice < 180) {
            return false; // nobody looks
        } else if (haste == Haste.ALWAYS) {
            command(() -> process.rotate(scope, SigningAlgorithm.ES256, WhenFrozen.ROTATE_ALL_THE_SAME));
        }
        return tick(scope);
    }

    boolean tick(ScopeName scope) {
        Advance advance = process.advance(scope);
        return advance.failures().isEmpty() && hasStandbyWithin(scope);
    }

    /** Both tokens of a scope can have been emptied: then a standby is there, but nothing promises more. */
    private boolean hasStandbyWithin(ScopeName scope) {
        return world.keyring(scope).keys().stream().anyMatch(k -> k.state() == KeyState.PUBLISHED && k.canSign());
    }

    private boolean crash(ScopeName scope) {
        world.faults().clear();
        world.faults()
                .at(
                        WRITES.get(random.nextInt(WRITES.size())),
                        1 + random.nextInt(3),
                        random.nextBoolean() ? Fault.FAIL_BUT_APPLIED : Fault.FAIL_NOT_APPLIED);
        boolean settled = command(() -> process.advance(scope));
        world.faults().clear();
        process = world.lifecycle();
        crashes++;
        return settled;
    }

    /** The other writer does everything due in the middle of ours, as when a lock was lost. */
    private boolean raceOfTwoWriters(ScopeName scope) {
        Lifecycle other = world.lifecycle();
        int moment = 1 + random.nextInt(4);
        Lifecycle ours =
                world.lifecycle(new Interrupted(world.inventory(), moment, () -> command(() -> other.advance(scope))));
        command(() -> ours.advance(scope));
        return false;
    }

    private void clockGoesBack(ScopeName scope) {
        Instant right = world.clock().instant();
        Keyring before = world.keyring(scope);
        world.clock().set(before.changedAt().minus(Duration.ofHours(1)));
        try {
            process.advance(scope);
            throw new AssertionError("a clock an hour behind the last change was believed");
        } catch (KeymgrException e) {
            if (e.code() != ErrorCode.CLOCK_WENT_BACK || !world.keyring(scope).equals(before)) {
                throw e;
            }
        } finally {
            world.clock().set(right);
        }
    }

    private Optional<SigningKey> any(ScopeName scope, Predicate<SigningKey> wanted) {
        List<SigningKey> keys =
                world.keyring(scope).keys().stream().filter(wanted).toList();
        return keys.isEmpty() ? Optional.empty() : Optional.of(keys.get(random.nextInt(keys.size())));
    }

    private void suspend(ScopeName scope) {
        any(scope, k -> k.state() == KeyState.ACTIVE)
                .ifPresent(k -> command(() -> process.emergency()
                        .suspend(
                                scope,
                                k.kid(),
                                "odd signatures",
                                random.nextInt(3) == 0 ? Listing.WITHDRAWN : Listing.STAYS,
                                random.nextInt(3) == 0 ? Issuance.MAY_STOP : Issuance.MUST_GO_ON)));
    }

    private void resume(ScopeName scope) {
        any(scope, k -> k.state() == KeyState.SUSPENDED)
                .ifPresent(k -> command(
                        () -> process.emergency().resume(scope, k.kid(), "accounted for", Set.of("ana", "ben"))));
    }

    private void revoke(ScopeName scope) {
        List<Cause> causes = List.of(Cause.values());
        Cause cause = causes.get(random.nextInt(causes.size()));
        Compromise record = new Compromise("stolen", cause, world.clock().instant());
        Issuance issuance = random.nextBoolean() ? Issuance.MAY_STOP : Issuance.FRESH_KEY;
        boolean withoutStore = random.nextInt(4) == 0;
        Emergency emergency = withoutStore
                ? world.lifecycle(new ReadOnly(world.inventory(), random.nextInt(4)))
                        .emergency()
                : process.emergency();
        if (random.nextInt(8) == 0) {
            command(() -> emergency.revokeAll(scope, record, issuance));
        } else {
            any(scope, k -> !k.state().isFinal())
                    .ifPresent(k -> command(() -> emergency.revoke(scope, k.kid(), record, issuance)));
        }
    }

    /** Ordered for some day of the next three weeks, and now and then taken back. */
    private void revokeLater(ScopeName scope) {
        List<Cause> causes = List.of(Cause.values());
        Instant now = world.clock().instant();
        Compromise record = new Compromise("end of a contract", causes.get(random.nextInt(causes.size())), now);
        Instant at = now.plus(Duration.ofHours(random.nextInt(24 * 21)));
        any(scope, k -> !k.state().isFinal())
                .ifPresent(k -> command(
                        () -> process.emergency().schedule(scope, new ScheduledRevocation(k.kid(), at, record))));
        any(scope, k -> random.nextInt(3) == 0)
                .ifPresent(k -> command(() -> process.emergency().cancel(scope, k.kid())));
    }

    private void hold(ScopeName scope) {
        Instant until = world.clock().instant().plus(Duration.ofHours(random.nextInt(24 * 20)));
        any(scope, k -> k.state() == KeyState.RETIRED)
                .ifPresent(k -> command(() -> process.hold(scope, new Hold(k.kid(), "audit", "inquiry", until))));
    }

    private void editPolicy(ScopeName scope) {
        Caching cache =
                Caching.of(MAX_AGES.get(random.nextInt(MAX_AGES.size())), Map.of("declared", Duration.ofMinutes(60)));
        world.change(scope, Policies.with(world.policy(scope), cache, LIFETIMES.get(random.nextInt(LIFETIMES.size()))));
        if (PolicyLint.check(world.policy(scope)).stream().anyMatch(f -> f.level() == PolicyLint.Level.ERROR)) {
            throw new AssertionError("no process would start with this policy: " + world.policy(scope));
        }
        process = world.lifecycle();
    }

    /** From up to three days ago to up to a month from now, once or in two that may overlap. */
    private void freeze(ScopeName scope) {
        Instant now = world.clock().instant();
        List<Freeze> freezes = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(2); i++) {
            Instant from = now.plus(Duration.ofHours(random.nextInt(24 * 10) - 24 * 3));
            freezes.add(new Freeze(from, from.plus(Duration.ofHours(1 + random.nextInt(24 * 30))), "freeze " + i));
        }
        world.change(scope, world.policy(scope).withFreezes(freezes));
        process = world.lifecycle();
    }

    private void loseAKey(ScopeName scope) {
        any(scope, k -> k.canSign() && !k.state().isFinal())
                .ifPresent(k ->
                        world.token(k.location().token()).vanish(k.location().id()));
    }

    /** Whether it went through; a refusal or an injected fault is part of life here. */
    private static boolean command(Runnable command) {
        try {
            command.run();
            return false;
        } catch (KeymgrException refused) {
            return false;
        }
    }
}
