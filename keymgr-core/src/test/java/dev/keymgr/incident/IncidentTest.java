package dev.keymgr.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.incident.Account.Times.Beginning;
import dev.keymgr.incident.Account.Times.Measured;
import dev.keymgr.incident.Statement.Certainty;
import dev.keymgr.incident.Statement.Confidence;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.testkit.FakeInventory;
import dev.keymgr.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The account of an incident, by the acts that make it. */
class IncidentTest {
    private static final ScopeName SCOPE = new ScopeName("consumer");
    private static final Kid KID = new Kid("HNICqe9Mks9zUuqI1ywog21Y_COC4fxixY2_srvwGmU");
    private static final Kid OTHER = new Kid("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");

    private final TestClock clock = TestClock.atNoon();
    private final FakeInventory store = new FakeInventory();
    private final Incidents incidents = new Incidents(store, clock, "ann@host");
    private final Instant noon = clock.instant();

    private Account account() {
        return account(null);
    }

    private Account account(@Nullable Instant trustEnds) {
        return AccountWriter.write(KID, store.about(KID), trustEnds).orElseThrow();
    }

    private List<Statement> statements(Certainty certainty) {
        return account().statements().stream()
                .filter(s -> s.certainty() == certainty)
                .toList();
    }

    private void happens(AuditAction action, Map<String, String> details) {
        store.append(List.of(AuditEvent.of(clock.instant(), "daemon@host", action, SCOPE, KID, details)));
    }

    private void revoked(Instant invalidFrom) {
        happens(AuditAction.KEY_REVOKED, Map.of("reason", "stolen", "invalid-from", invalidFrom.toString()));
    }

    @Test
    void thereIsNoAccountOfAKeyThatHadNoIncident() {
        happens(AuditAction.KEY_GENERATED, Map.of());

        assertThat(AccountWriter.write(KID, store.about(KID), null)).isEmpty();
    }

    @Test
    void oneIncidentOfAKeyIsOpenAtATime() {
        incidents.open(SCOPE, KID, "strange tokens", null);

        assertThatThrownBy(() -> incidents.open(SCOPE, KID, "again", null))
                .isInstanceOf(KeymgrException.class)
                .hasMessageContaining("open already");
        incidents.open(SCOPE, OTHER, "another key", null);
        incidents.close(SCOPE, KID, "nothing found");
        incidents.open(SCOPE, KID, "again", null);
        assertThat(account().reason()).isEqualTo("again");
    }

    @Test
    void whoeverAddsToAnIncidentOpensItFirst() {
        assertThatThrownBy(() -> incidents.note(SCOPE, KID, Certainty.OBSERVED, null, "seen", null))
                .isInstanceOf(KeymgrException.class)
                .hasMessageContaining("incident open");
        assertThat(store.about(KID)).isEmpty();
    }

    @Test
    void aCauseIsConfirmedByEvidenceOnly() {
        incidents.open(SCOPE, KID, "strange tokens", null);

        assertThatThrownBy(() -> incidents.cause(SCOPE, KID, Cause.Standing.CONFIRMED, "a crash dump", null))
                .isInstanceOf(KeymgrException.class)
                .hasMessageContaining("--evidence");
        assertThat(account().causes()).isEmpty();

        incidents.cause(SCOPE, KID, Cause.Standing.SUSPECTED, "a crash dump", null);
        incidents.cause(SCOPE, KID, Cause.Standing.CONFIRMED, "a log", new Cause.Evidence("build.log", "00ff"));
        assertThat(account().causes()).extracting(Cause::text).containsExactly("a crash dump", "a log");
        assertThat(account().cause())
                .hasValueSatisfying(c -> assertThat(c.standing()).isEqualTo(Cause.Standing.CONFIRMED));
        assertThat(account().revision()).isEqualTo(3);
    }

    @Test
    void keepsObservedInferredAndUnknownApartAndPointsToTheRecords() {
        happens(AuditAction.KEY_ACTIVATED, Map.of());
        incidents.open(SCOPE, KID, "strange tokens", null);
        incidents.note(SCOPE, KID, Certainty.INFERRED, Confidence.LOW, "an insider", null);
        incidents.note(SCOPE, KID, Certainty.UNKNOWN, null, "who has the backup", null);
        revoked(noon.minusSeconds(3_600));

        assertThat(statements(Certainty.OBSERVED))
                .extracting(Statement::records)
                .containsExactly(List.of(1L), List.of(2L), List.of(5L));
        assertThat(statements(Certainty.INFERRED))
                .anySatisfy(s -> assertThat(s.text()).contains("an insider"))
                .anySatisfy(s -> assertThat(s.text()).contains("could sign tokens"))
                .allSatisfy(s -> assertThat(s.confidence()).isNotNull());
        assertThat(statements(Certainty.UNKNOWN))
                .anySatisfy(s -> assertThat(s.text()).contains("who has the backup"))
                .anySatisfy(s -> assertThat(s.text()).contains("no cause is confirmed"));
    }

    @Test
    void saysThatNobodySaidSinceWhenAndTakesNoRevocationForAnAnswer() {
        incidents.open(SCOPE, KID, "strange tokens", null);
        clock.advance(Duration.ofSeconds(30));
        happens(AuditAction.KEY_REVOKED, Map.of("reason", "stolen"));

        Account.Times times = account(noon.plusSeconds(600)).times();
        assertThat(times.beginning()).isEqualTo(Beginning.NOT_KNOWN);
        assertThat(times.misusableFrom()).isNull();
        assertThat(times.toDetect()).isEmpty();
        assertThat(times.exposure()).isEmpty();
        assertThat(times.toMitigate()).contains(Duration.ofMinutes(10));
        assertThat(statements(Certainty.INFERRED)).noneMatch(s -> s.text().contains("could sign tokens"));
        assertThat(statements(Certainty.UNKNOWN)).anyMatch(s -> s.text().contains("--invalid-from"));
    }

    @Test
    void aMisuseThatIsProvedSaysSinceWhenAtTheLatest() {
        Instant proof = noon.minus(Duration.ofDays(3));
        misuse(proof.minusSeconds(60), false);
        misuse(proof.plusSeconds(60), true);
        misuse(proof, true);
        incidents.open(SCOPE, KID, "strange tokens", null);
        happens(AuditAction.KEY_REVOKED, Map.of("reason", "stolen"));

        Account.Times times = account(noon.plusSeconds(600)).times();
        assertThat(times.beginning()).isEqualTo(Beginning.AT_THE_LATEST);
        assertThat(times.misusableFrom()).isEqualTo(proof);
        assertThat(times.toDetect()).contains(Duration.ofDays(3));
        assertThat(times.exposure()).contains(Duration.ofDays(3).plusMinutes(10));
        assertThat(statements(Certainty.INFERRED)).anySatisfy(s -> {
            assertThat(s.text()).contains(proof + " on at the latest");
            assertThat(s.records()).containsExactly(3L);
        });
        assertThat(statements(Certainty.UNKNOWN)).anyMatch(s -> s.text().contains("--invalid-from"));
    }

    @Test
    void whatWasSaidCountsUnlessAMisuseProvesAnEarlierBeginning() {
        incidents.open(SCOPE, KID, "strange tokens", null);
        misuse(noon.minusSeconds(600), true);
        revoked(noon.minusSeconds(3_600));
        assertThat(account().times().beginning()).isEqualTo(Beginning.STATED);
        assertThat(account().times().misusableFrom()).isEqualTo(noon.minusSeconds(3_600));

        misuse(noon.minusSeconds(7_200), true);
        assertThat(account().times().beginning()).isEqualTo(Beginning.AT_THE_LATEST);
        assertThat(account().times().misusableFrom()).isEqualTo(noon.minusSeconds(7_200));
    }

    private void misuse(Instant decided, boolean proved) {
        happens(
                AuditAction.MISUSE_DETECTED,
                Map.of("misuse", "cross-scope", "decided", decided.toString(), "proved", Boolean.toString(proved)));
    }

    @Test
    void measuresFromTheFirstPossibleMisuseToTheEndOfTrust() {
        incidents.open(SCOPE, KID, "strange tokens", noon.minusSeconds(60));
        clock.advance(Duration.ofSeconds(30));
        revoked(noon.minusSeconds(3_600));

        Account.Times bound = account(noon.plusSeconds(600)).times();
        assertThat(bound.toDetect()).contains(Duration.ofMinutes(59));
        assertThat(bound.toMitigate()).contains(Duration.ofMinutes(11));
        assertThat(bound.exposure()).contains(Duration.ofMinutes(70));
        assertThat(bound.stoppedAt()).isEqualTo(noon.plusSeconds(30));
        assertThat(bound.trustEndIsMeasured()).isEqualTo(Measured.BOUND);

        ended(noon.plusSeconds(60), noon.plusSeconds(60));
        Account.Times measured = account(noon.plusSeconds(600)).times();
        assertThat(measured.trustEndIsMeasured()).isEqualTo(Measured.MEASURED);
        assertThat(measured.toMitigate()).contains(Duration.ofMinutes(2));
    }

    @Test
    void takesNoConfirmationForTheEndOfThoseWhoCannotConfirm() {
        incidents.open(SCOPE, KID, "strange tokens", null);
        revoked(noon.minusSeconds(3_600));
        ended(noon.plusSeconds(60), noon.plusSeconds(300));

        Account.Times times = account(noon.plusSeconds(600)).times();
        assertThat(times.trustEndIsMeasured()).isEqualTo(Measured.BOUND);
        assertThat(times.toMitigate()).contains(Duration.ofMinutes(5));
    }

    /** Such a record was written as soon as the registered had confirmed, whoever else there was. */
    @Test
    void takesTheBoundOfARecordThatDoesNotSayWhatEndedIt() {
        incidents.open(SCOPE, KID, "strange tokens", null);
        revoked(noon.minusSeconds(3_600));
        happens(
                AuditAction.EXPOSURE_ENDED,
                Map.of(
                        "measured", noon.plusSeconds(60).toString(),
                        "bound", noon.plusSeconds(900).toString()));

        Account.Times times = account(null).times();
        assertThat(times.trustEndIsMeasured()).isEqualTo(Measured.BOUND);
        assertThat(times.toMitigate()).contains(Duration.ofMinutes(15));
    }

    private void ended(Instant measured, Instant ended) {
        happens(
                AuditAction.EXPOSURE_ENDED,
                Map.of(
                        "bound", noon.plusSeconds(900).toString(),
                        "measured", measured.toString(),
                        "ended", ended.toString()));
    }

    @Test
    void aSuspensionThatWasTakenBackStoppedAndShowedNothing() {
        happens(AuditAction.KEY_SUSPENDED, Map.of("reason", "a doubt"));
        clock.advance(Duration.ofSeconds(10));
        happens(AuditAction.KEY_RESUMED, Map.of("reason", "nothing in it"));
        clock.advance(Duration.ofDays(30));
        incidents.open(SCOPE, KID, "strange tokens", null);

        assertThat(account().times().stoppedAt()).isNull();
        assertThat(account().times().detectedAt()).isEqualTo(clock.instant());

        clock.advance(Duration.ofSeconds(30));
        Instant revocation = clock.instant();
        revoked(noon.minusSeconds(3_600));
        assertThat(account().times().stoppedAt()).isEqualTo(revocation);
    }

    @Test
    void aSuspensionThatStoodStoppedItBeforeTheRevocation() {
        happens(AuditAction.KEY_SUSPENDED, Map.of("reason", "a doubt"));
        happens(AuditAction.KEY_RESUMED, Map.of("reason", "nothing in it"));
        clock.advance(Duration.ofHours(1));
        happens(AuditAction.KEY_SUSPENDED, Map.of("reason", "a doubt after all"));
        clock.advance(Duration.ofHours(1));
        incidents.open(SCOPE, KID, "strange tokens", null);
        revoked(noon.minusSeconds(3_600));

        assertThat(account().times().stoppedAt()).isEqualTo(noon.plusSeconds(3_600));
        assertThat(account().times().detectedAt()).isEqualTo(noon.plusSeconds(3_600));
    }

    @Test
    void saysNothingOfTimesThatNobodyKnows() {
        incidents.open(SCOPE, KID, "strange tokens", null);

        assertThat(account().times().toDetect()).isEmpty();
        assertThat(account().times().toMitigate()).isEmpty();
        assertThat(account().times().exposure()).isEmpty();
    }
}
