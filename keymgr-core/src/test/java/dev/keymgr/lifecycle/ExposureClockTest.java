package dev.keymgr.lifecycle;

import static dev.keymgr.testkit.World.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.Confirmations;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Kid;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.rollover.Exposure;
import dev.keymgr.rollover.Exposure.Ground;
import dev.keymgr.rollover.Exposure.Reach;
import dev.keymgr.rollover.Exposure.Verifier;
import dev.keymgr.rollover.RolloverPolicy.Caching;
import dev.keymgr.testkit.Fault;
import dev.keymgr.testkit.Policies;
import dev.keymgr.testkit.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may still trust a revoked key, until when, and that its end is recorded once. */
class ExposureClockTest {
    private final World world = new World(3);
    private Kid stolen = new Kid("A".repeat(43));
    private Instant revoked = Instant.EPOCH;

    @BeforeEach
    void revokeAKeyThatThreeKindsOfVerifierKnow() {
        world.change(
                CONSUMER,
                Policies.with(
                        world.policy(CONSUMER),
                        Caching.of(
                                Duration.ofMinutes(20),
                                Map.of("auth0-java", Duration.ofHours(10), "mail", Duration.ofMinutes(10))),
                        Duration.ofMinutes(60)));
        world.register(
                CONSUMER,
                List.of(
                        new Verifier("mail", "mail@example.com", Duration.ofMinutes(10)),
                        new Verifier("files", "files@example.com", Duration.ofMinutes(30))));
        world.lifecycle().advance(CONSUMER);
        world.clock().advance(Duration.ofHours(12));
        stolen = world.keyring(CONSUMER).keys().stream()
                .filter(k -> k.state() == KeyState.ACTIVE)
                .findFirst()
                .orElseThrow()
                .kid();
        revoked = world.clock().instant();
        world.lifecycle()
                .emergency()
                .revoke(CONSUMER, stolen, new Compromise("leaked", Cause.KEY, revoked), Issuance.MUST_GO_ON);
    }

    private Confirmations confirmations() {
        return new Confirmations(world.inventory(), world.clock(), "test@here");
    }

    private Exposure exposure() {
        return Exposure.of(
                        world.keyring(CONSUMER),
                        stolen,
                        world.policy(CONSUMER),
                        List.of(
                                new Verifier("mail", "mail@example.com", Duration.ofMinutes(10)),
                                new Verifier("files", "files@example.com", Duration.ofMinutes(30))),
                        confirmations().of(stolen))
                .orElseThrow();
    }

    private List<AuditRecord> ends() {
        return world.inventory().about(stolen).stream()
                .filter(r -> r.event().action() == AuditAction.EXPOSURE_ENDED)
                .toList();
    }

    @Test
    void boundsEachVerifierByWhatItKeepsAndAllByTheSlowest() {
        Duration propagation = world.policy(CONSUMER).propagation();
        Instant served = revoked.plus(propagation);

        assertThat(exposure().reaches())
                .extracting(r -> r.ground() + " " + r.name() + " "
                        + Objects.requireNonNull(r.bound()).result())
                .containsExactly(
                        Ground.HONOURS_HEADERS + "  " + served.plus(Duration.ofMinutes(20)),
                        Ground.REGISTERED + " mail " + served.plus(Duration.ofMinutes(10)),
                        Ground.REGISTERED + " files " + served.plus(Duration.ofMinutes(30)),
                        Ground.DECLARED + " auth0-java " + served.plus(Duration.ofHours(10)));
        assertThat(exposure().bound()).contains(served.plus(Duration.ofHours(10)));
        assertThat(exposure().measured()).isEmpty();
        assertThat(exposure().overSince(served.plus(Duration.ofHours(9)))).isEmpty();
    }

    @Test
    void anEarlierLongerMaxAgeCountsWhileItsCopiesMayLive() {
        World other = new World(4);
        other.lifecycle().advance(CONSUMER);
        other.clock().advance(Duration.ofHours(2));
        other.change(
                CONSUMER,
                Policies.with(
                        other.policy(CONSUMER), Caching.of(Duration.ofMinutes(1), Map.of()), Duration.ofMinutes(60)));
        Kid kid = other.keyring(CONSUMER).keys().get(0).kid();
        Instant at = other.clock().instant();

        other.lifecycle()
                .emergency()
                .revoke(CONSUMER, kid, new Compromise("leaked", Cause.KEY, at), Issuance.MUST_GO_ON);

        assertThat(Exposure.of(other.keyring(CONSUMER), kid, other.policy(CONSUMER), List.of(), Map.of())
                        .flatMap(Exposure::bound))
                .contains(at.plus(Duration.ofMinutes(65)));
    }

    @Test
    void goesOnAfterTheLastConfirmationUntilTheBoundOfThoseWhoCannotConfirm() {
        world.clock().advance(Duration.ofSeconds(4));
        assertThat(confirmations().record(CONSUMER, stolen, "mail", "acknowledgement"))
                .isTrue();
        assertThat(confirmations().record(CONSUMER, stolen, "mail", "acknowledgement"))
                .isFalse();
        world.lifecycle().advance(CONSUMER);
        assertThat(exposure().outstanding()).extracting(Reach::name).containsExactly("files");

        world.clock().advance(Duration.ofSeconds(4));
        confirmations().record(CONSUMER, stolen, "files", "decision");
        Instant declared = exposure().bound().orElseThrow();
        world.clock().set(declared.minusMillis(1));
        world.lifecycle().advance(CONSUMER);
        assertThat(exposure().overSince(world.clock().instant())).isEmpty();
        assertThat(ends()).isEmpty();

        world.clock().set(declared);
        world.lifecycle().advance(CONSUMER);
        world.lifecycle().advance(CONSUMER);

        assertThat(exposure().overSince(declared)).contains(declared);
        assertThat(exposure().isEndMeasured()).isFalse();
        assertThat(ends())
                .singleElement()
                .satisfies(r -> assertThat(r.event().details())
                        .containsEntry("measured", revoked.plusSeconds(8).toString())
                        .containsEntry("bound", declared.toString())
                        .containsEntry("ended", declared.toString())
                        .containsEntry("confirmed", "2 of 2")
                        .doesNotContainKey("outstanding"));
    }

    @Test
    void endsWithTheLastConfirmationWhereOnlyThatPartyKeepsLonger() {
        Caching twentyMinutes = Caching.of(Duration.ofMinutes(20), Map.of());
        world.change(CONSUMER, Policies.with(world.policy(CONSUMER), twentyMinutes, Duration.ofMinutes(60)));
        Instant headers = revoked.plus(world.policy(CONSUMER).propagation()).plus(Duration.ofMinutes(20));
        confirmations().record(CONSUMER, stolen, "mail", "acknowledgement");
        world.clock().set(headers.plusSeconds(5));
        assertThat(exposure().overSince(world.clock().instant())).isEmpty();

        confirmations().record(CONSUMER, stolen, "files", "decision");

        assertThat(exposure().overSince(world.clock().instant())).contains(headers.plusSeconds(5));
        assertThat(exposure().isEndMeasured()).isTrue();
        assertThat(exposure().bound().orElseThrow()).isAfter(headers.plusSeconds(5));
        world.lifecycle().advance(CONSUMER);
        assertThat(ends())
                .singleElement()
                .satisfies(r -> assertThat(r.event().details())
                        .containsEntry("measured", headers.plusSeconds(5).toString())
                        .containsEntry("ended", headers.plusSeconds(5).toString()));
    }

    @Test
    void aConfirmationAfterThePartysOwnBoundEndsNothingLater() {
        Instant bound = exposure().bound().orElseThrow();
        confirmations().record(CONSUMER, stolen, "mail", "acknowledgement");
        world.clock().set(bound.plusSeconds(60));
        confirmations().record(CONSUMER, stolen, "files", "decision");

        assertThat(exposure().measured()).contains(bound.plusSeconds(60));
        assertThat(exposure().overSince(world.clock().instant())).contains(bound);
        assertThat(exposure().isEndMeasured()).isFalse();
    }

    @Test
    void isOverWhenTheBoundHasPassedAndNamesWhoWasNotHeardOf() {
        confirmations().record(CONSUMER, stolen, "files", "decision");
        Instant bound = exposure().bound().orElseThrow();
        world.clock().set(bound.minusMillis(1));
        world.lifecycle().advance(CONSUMER);
        assertThat(ends()).isEmpty();

        world.clock().set(bound);
        world.faults().clear();
        world.faults().at("audit.append", 1, Fault.FAIL_BUT_APPLIED);
        assertThat(Optional.of(world.lifecycle()).map(l -> {
                    try {
                        return l.advance(CONSUMER).done().size();
                    } catch (dev.keymgr.key.KeymgrException e) {
                        return -1;
                    }
                }))
                .contains(-1);
        world.lifecycle().advance(CONSUMER);

        assertThat(ends())
                .singleElement()
                .satisfies(r -> assertThat(r.event().details())
                        .containsEntry("confirmed", "1 of 2")
                        .containsEntry("outstanding", "mail")
                        .doesNotContainKey("measured"));
    }

    @Test
    void aKeyThatIsStillListedHasNoBoundAndIsNotOver() {
        World other = new World(4);
        other.lifecycle().advance(CONSUMER);
        other.clock().advance(Duration.ofHours(2));
        Kid kid = other.keyring(CONSUMER).keys().get(0).kid();
        for (int nth = 1; nth < 6; nth++) {
            other.faults().at("sink.publish", 2 + nth, Fault.FAIL_NOT_APPLIED);
        }
        other.lifecycle()
                .emergency()
                .revoke(
                        CONSUMER,
                        kid,
                        new Compromise("leaked", Cause.KEY, other.clock().instant()),
                        Issuance.MUST_GO_ON);

        Exposure exposure = Exposure.of(other.keyring(CONSUMER), kid, other.policy(CONSUMER), List.of(), Map.of())
                .orElseThrow();
        assertThat(exposure.withdrawnAt()).isNull();
        assertThat(exposure.bound()).isEmpty();
        assertThat(exposure.overSince(other.clock().instant().plus(Duration.ofDays(30))))
                .isEmpty();
    }
}
