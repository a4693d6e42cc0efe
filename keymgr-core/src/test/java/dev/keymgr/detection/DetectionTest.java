package dev.keymgr.detection;

import static dev.keymgr.testkit.World.CONSUMER;
import static dev.keymgr.testkit.World.ENTERPRISE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.audit.Confirmations;
import dev.keymgr.detection.Detector.Known;
import dev.keymgr.incident.Incidents;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.rollover.Timing;
import dev.keymgr.testkit.World;
import dev.keymgr.token.Decision;
import dev.keymgr.token.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a decision shows of a key, that it is recorded once, and what answers it. */
class DetectionTest {
    private static final String DIGEST = "ab".repeat(32);

    private final World world = new World(7);
    private final SigningKey active;

    DetectionTest() {
        for (int looks = 0; looks < 2; looks++) {
            world.lifecycle().advance(CONSUMER);
            world.lifecycle().advance(ENTERPRISE);
            world.clock().advance(Duration.ofHours(12));
        }
        active = key(KeyState.ACTIVE);
    }

    private SigningKey key(KeyState state) {
        return world.keyring(CONSUMER).keys().stream()
                .filter(k -> k.state() == state)
                .findFirst()
                .orElseThrow();
    }

    private Detector detector() {
        return new Detector(List.of(known(CONSUMER), known(ENTERPRISE)));
    }

    private Known known(ScopeName scope) {
        return new Known(World.scope(scope), world.policy(scope), world.keyring(scope));
    }

    private Detections detections() {
        return new Detections(world.inventory(), world.clock(), "test@here");
    }

    private Instant now() {
        return world.clock().instant();
    }

    private Decision decision(ScopeName at, Verdict verdict, @Nullable String kid, Instant time, String... audience) {
        return new Decision(
                time,
                "mail",
                at,
                verdict,
                verdict == Verdict.ACCEPTED ? null : "for a reason",
                null,
                List.of(audience),
                null,
                null,
                kid,
                null,
                DIGEST,
                null,
                null,
                null);
    }

    private Decision decision(ScopeName at, Verdict verdict) {
        return decision(at, verdict, active.kid().value(), now());
    }

    private Optional<Misuse> misuse(Decision decision) {
        return detector().judge(decision).map(Detection::misuse);
    }

    private void revoke(SigningKey key) {
        Compromise record = new Compromise("stolen", Cause.KEY, now());
        world.lifecycle().emergency().revoke(CONSUMER, key.kid(), record, Issuance.MAY_STOP);
    }

    @Test
    void seesAKeyAtAVerifierOfAnotherScopeAndSaysWhetherItIsProved() {
        assertThat(detector().judge(decision(ENTERPRISE, Verdict.CROSS_SCOPE))).hasValueSatisfying(proved -> {
            assertThat(proved.misuse()).isEqualTo(Misuse.CROSS_SCOPE);
            assertThat(proved.scope()).isEqualTo(CONSUMER);
            assertThat(proved.proved()).isTrue();
            assertThat(proved.command())
                    .startsWith("keymgr revoke --cause unknown ")
                    .endsWith(" -- " + active.kid().prefix());
        });
        assertThat(detector().judge(decision(ENTERPRISE, Verdict.UNKNOWN_KEY))).hasValueSatisfying(claimed -> {
            assertThat(claimed.proved()).isFalse();
            assertThat(claimed.says()).contains("unproved").doesNotContain("keymgr revoke");
        });
    }

    @ParameterizedTest
    @EnumSource(Verdict.class)
    void seesNothingInWhatAVerifierOfItsOwnScopeDecides(Verdict verdict) {
        assertThat(misuse(decision(CONSUMER, verdict))).isEmpty();
    }

    @Test
    void seesNothingInAKidThatIsNotOurs() {
        assertThat(misuse(decision(ENTERPRISE, Verdict.UNKNOWN_KEY, "A".repeat(43), now())))
                .isEmpty();
        assertThat(misuse(decision(ENTERPRISE, Verdict.UNKNOWN_KEY, "no kid", now())))
                .isEmpty();
        assertThat(misuse(decision(ENTERPRISE, Verdict.MALFORMED, null, now()))).isEmpty();
    }

    @Test
    void seesAKeyThatSignedBeforeItsTime() {
        Duration skew = world.policy(CONSUMER).lifetime().skew();
        Instant began = active.times().require(Moment.ACTIVATED);
        String standby = key(KeyState.PUBLISHED).kid().value();

        assertThat(misuse(decision(CONSUMER, Verdict.ACCEPTED, standby, now()))).contains(Misuse.OUT_OF_TIME);
        assertThat(misuse(decision(CONSUMER, Verdict.EXPIRED_KEY, standby, now())))
                .isEmpty();
        String kid = active.kid().value();
        assertThat(misuse(decision(CONSUMER, Verdict.ACCEPTED, kid, began.minus(skew))))
                .isEmpty();
        assertThat(misuse(decision(
                        CONSUMER, Verdict.ACCEPTED, kid, began.minus(skew).minusMillis(1))))
                .contains(Misuse.OUT_OF_TIME);
    }

    @Test
    void seesAKeyThatSignedAfterItsTime() {
        world.lifecycle().rotate(CONSUMER, active.algorithm());
        SigningKey retired = world.keyring(CONSUMER).require(active.kid());
        Instant dead = new Timing(world.policy(CONSUMER))
                .deadAt(retired)
                .result()
                .plus(world.policy(CONSUMER).lifetime().skew());
        String kid = retired.kid().value();

        assertThat(misuse(decision(CONSUMER, Verdict.ACCEPTED, kid, dead))).isEmpty();
        assertThat(misuse(decision(CONSUMER, Verdict.ACCEPTED, kid, dead.plusMillis(1))))
                .contains(Misuse.OUT_OF_TIME);
        assertThat(misuse(decision(CONSUMER, Verdict.OUTSIDE_TIME, kid, dead.plusMillis(1))))
                .as("an old token that comes again")
                .isEmpty();
    }

    @Test
    void seesAnAudienceThatTheSignerRefuses() {
        String kid = active.kid().value();
        String own = World.scope(CONSUMER).audiences().get(0);

        assertThat(misuse(decision(CONSUMER, Verdict.WRONG_AUDIENCE, kid, now(), "https://mail.example")))
                .contains(Misuse.FOREIGN_AUDIENCE);
        assertThat(misuse(decision(CONSUMER, Verdict.WRONG_AUDIENCE, kid, now(), "https://mail.example", own)))
                .isEmpty();
        assertThat(misuse(decision(CONSUMER, Verdict.BAD_SIGNATURE, kid, now(), "https://mail.example")))
                .isEmpty();
    }

    @Test
    void seesWhoTrustsARevokedKeyAndWhoDoesNot() {
        revoke(active);
        world.clock().advance(Duration.ofSeconds(1));

        assertThat(misuse(decision(CONSUMER, Verdict.ACCEPTED))).contains(Misuse.STILL_TRUSTED);
        assertThat(misuse(decision(CONSUMER, Verdict.ACCEPTED, active.kid().value(), now().minusSeconds(9))))
                .isEmpty();
        assertThat(detector().confirmed(decision(CONSUMER, Verdict.REVOKED_KEY)))
                .contains(active.kid());
        assertThat(detector().confirmed(decision(CONSUMER, Verdict.UNKNOWN_KEY)))
                .isEmpty();
        assertThat(detector().confirmed(decision(ENTERPRISE, Verdict.REVOKED_KEY)))
                .isEmpty();
    }

    @Test
    void isRecordedOnceAndOnceMoreWhenItIsProved() {
        Detection claimed =
                detector().judge(decision(ENTERPRISE, Verdict.UNKNOWN_KEY)).orElseThrow();
        Detection proved =
                detector().judge(decision(ENTERPRISE, Verdict.CROSS_SCOPE)).orElseThrow();

        assertThat(detections().record(List.of(claimed, claimed))).containsExactly(claimed);
        assertThat(detections().record(List.of(claimed))).isEmpty();
        assertThat(detections().record(List.of(proved, claimed))).containsExactly(proved);
        assertThat(detections().record(List.of(proved, claimed))).isEmpty();

        assertThat(records())
                .hasSize(2)
                .allSatisfy(r -> assertThat(r.event().details())
                        .containsEntry("misuse", "cross-scope")
                        .containsEntry("at-scope", "enterprise")
                        .containsEntry("verifier", "mail")
                        .containsEntry("signing-input-sha256", DIGEST));
        assertThat(detections().open(world.keyring(CONSUMER))).containsExactly(claimed, proved);
        assertThat(detections().open(world.keyring(ENTERPRISE))).isEmpty();
    }

    private List<AuditRecord> records() {
        return world.inventory().about(active.kid()).stream()
                .filter(r -> r.event().action() == AuditAction.MISUSE_DETECTED)
                .toList();
    }

    @Test
    void isAnsweredByTheRevocation() {
        detections()
                .record(List.of(detector()
                        .judge(decision(ENTERPRISE, Verdict.CROSS_SCOPE))
                        .orElseThrow()));

        revoke(active);

        assertThat(detections().open(world.keyring(CONSUMER))).isEmpty();
    }

    @Test
    void isAnsweredByAnIncidentThatWasClosedSince() {
        Incidents incidents = new Incidents(world.inventory(), world.clock(), "test@here");
        Detection one =
                detector().judge(decision(ENTERPRISE, Verdict.UNKNOWN_KEY)).orElseThrow();
        detections().record(List.of(one));

        incidents.open(CONSUMER, active.kid(), "a kid in a log", null);
        assertThat(detections().open(world.keyring(CONSUMER))).containsExactly(one);
        incidents.close(CONSUMER, active.kid(), "somebody's joke");

        assertThat(detections().open(world.keyring(CONSUMER))).isEmpty();
    }

    @Test
    void aVerifierThatStillTrustsIsAnsweredByItself() {
        revoke(active);
        world.clock().advance(Duration.ofSeconds(1));
        Kid kid = active.kid();
        detections()
                .record(List.of(
                        detector().judge(decision(CONSUMER, Verdict.ACCEPTED)).orElseThrow()));
        assertThat(detections().open(world.keyring(CONSUMER))).hasSize(1);

        new Confirmations(world.inventory(), world.clock(), "test@here").record(CONSUMER, kid, "mail", "decision");

        assertThat(detections().open(world.keyring(CONSUMER))).isEmpty();
    }

    @Test
    void isFoundOpenByWhoeverFollowsTheRecordUntilItIsAnswered() {
        OpenMisuses open = new OpenMisuses(world.inventory(), world.inventory(), detections());
        assertThat(open.of(CONSUMER)).isEmpty();
        Detection one =
                detector().judge(decision(ENTERPRISE, Verdict.CROSS_SCOPE)).orElseThrow();

        detections().record(List.of(one));
        assertThat(open.of(CONSUMER)).containsExactly(one);
        assertThat(open.of(ENTERPRISE)).isEmpty();
        world.clock().advance(Duration.ofHours(1));
        world.lifecycle().advance(CONSUMER);
        assertThat(open.of(CONSUMER)).containsExactly(one);

        revoke(active);
        assertThat(open.of(CONSUMER)).isEmpty();
    }

    @Test
    void isRecordedAgainWhenItComesFromAfterTheIncidentThatAnsweredIt() {
        Incidents incidents = new Incidents(world.inventory(), world.clock(), "test@here");
        Detection first =
                detector().judge(decision(ENTERPRISE, Verdict.CROSS_SCOPE)).orElseThrow();
        detections().record(List.of(first));
        world.clock().advance(Duration.ofSeconds(1));
        incidents.open(CONSUMER, active.kid(), "a kid in a log", null);
        incidents.close(CONSUMER, active.kid(), "a test of ours");
        world.clock().advance(Duration.ofSeconds(1));

        assertThat(detections().record(List.of(first)))
                .as("the same decisions may come again")
                .isEmpty();
        Detection second =
                detector().judge(decision(ENTERPRISE, Verdict.CROSS_SCOPE)).orElseThrow();
        assertThat(detections().record(List.of(second, second))).containsExactly(second);
        assertThat(detections().open(world.keyring(CONSUMER))).containsExactly(second);
    }

    @Test
    void aConfirmationIsBeliedByWhatTheVerifierAcceptsAfterwards() {
        revoke(active);
        world.clock().advance(Duration.ofSeconds(1));
        Detection late = detector().judge(decision(CONSUMER, Verdict.ACCEPTED)).orElseThrow();
        world.clock().advance(Duration.ofSeconds(1));
        Confirmations confirmations = new Confirmations(world.inventory(), world.clock(), "test@here");
        assertThat(confirmations.record(CONSUMER, active.kid(), "mail", "acknowledgement"))
                .isTrue();
        detections().record(List.of(late));
        assertThat(detections().open(world.keyring(CONSUMER)))
                .as("decided before it confirmed")
                .isEmpty();

        world.clock().advance(Duration.ofSeconds(1));
        Detection belying =
                detector().judge(decision(CONSUMER, Verdict.ACCEPTED)).orElseThrow();
        assertThat(detections().record(List.of(belying))).containsExactly(belying);
        assertThat(detections().open(world.keyring(CONSUMER))).contains(belying);
        assertThat(confirmations.of(active.kid())).isEmpty();

        world.clock().advance(Duration.ofSeconds(1));
        assertThat(confirmations.record(CONSUMER, active.kid(), "mail", "decision"))
                .isTrue();
        assertThat(confirmations.record(CONSUMER, active.kid(), "mail", "decision"))
                .isFalse();
        assertThat(detections().open(world.keyring(CONSUMER))).isEmpty();
    }

    @Test
    void aRefusalFromBeforeTheRevocationConfirmsNothing() {
        Decision whileSuspended = decision(CONSUMER, Verdict.REVOKED_KEY);
        world.clock().advance(Duration.ofSeconds(1));
        revoke(active);

        assertThat(detector().confirmed(whileSuspended)).isEmpty();
    }
}
