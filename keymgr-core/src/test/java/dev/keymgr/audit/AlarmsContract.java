package dev.keymgr.audit;

import static dev.keymgr.testkit.SampleKeys.CONSUMER;
import static dev.keymgr.testkit.SampleKeys.ENTERPRISE;
import static dev.keymgr.testkit.SampleKeys.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.key.ScopeName;
import dev.keymgr.testkit.AtOnce;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Open alarms and the record of them, in every store. */
public abstract class AlarmsContract {
    /** A handle on the store of this test; a second one is another client of the same store. */
    protected abstract Alarms alarms();

    /** The record of the same store. */
    protected abstract AuditLog auditLog();

    private static Alarm alarm(ScopeName scope, String code) {
        return new Alarm(scope, code, true, "what is wrong", START);
    }

    private void raise(Alarm alarm, Instant at) {
        alarms().change(List.of(alarm), List.of(), "daemon", at);
    }

    private void clear(Alarm alarm, Instant at) {
        alarms().change(List.of(), List.of(alarm), "daemon", at);
    }

    private List<AuditEvent> recorded() {
        List<AuditRecord> records = auditLog().read(0, 100);
        assertThat(AuditChain.firstBreak(records)).isEmpty();
        return records.stream().map(AuditRecord::event).toList();
    }

    @Test
    void noneIsOpenAtFirst() {
        assertThat(alarms().open()).isEmpty();
    }

    @Test
    void keepsWhatIsRaisedByScopeAndCode() {
        Alarm hostile = new Alarm(CONSUMER, "z'; --", false, "añn \"o'neil\"\n<\uD834\uDD1E>", START.plusNanos(1));
        alarms().change(List.of(alarm(ENTERPRISE, "age"), hostile, alarm(CONSUMER, "age")), List.of(), "daemon", START);

        assertThat(alarms().open()).containsExactly(alarm(CONSUMER, "age"), hostile, alarm(ENTERPRISE, "age"));
    }

    @Test
    void recordsWhoRaisedAndClearedWhat() {
        raise(alarm(CONSUMER, "overdue"), START.plusSeconds(1));
        clear(alarm(CONSUMER, "overdue"), START.plusSeconds(2));

        assertThat(alarms().open()).isEmpty();
        Map<String, String> details = Map.of("code", "overdue", "severity", "CRITICAL", "message", "what is wrong");
        assertThat(recorded())
                .containsExactly(
                        AuditEvent.of(
                                START.plusSeconds(1), "daemon", AuditAction.ALARM_RAISED, CONSUMER, null, details),
                        AuditEvent.of(
                                START.plusSeconds(2), "daemon", AuditAction.ALARM_CLEARED, CONSUMER, null, details));
    }

    @Test
    void whatIsOpenAlreadyStaysAsItWasAndIsRecordedOnce() {
        raise(alarm(CONSUMER, "overdue"), START);
        raise(new Alarm(CONSUMER, "overdue", true, "said otherwise", START.plusSeconds(9)), START.plusSeconds(9));

        assertThat(alarms().open()).containsExactly(alarm(CONSUMER, "overdue"));
        assertThat(recorded()).hasSize(1);
    }

    @Test
    void clearingWhatIsNotOpenIsNotRecorded() {
        raise(alarm(CONSUMER, "overdue"), START);
        clear(alarm(ENTERPRISE, "overdue"), START);
        clear(alarm(CONSUMER, "age"), START);
        alarms().change(List.of(), List.of(), "daemon", START);

        assertThat(alarms().open()).hasSize(1);
        assertThat(recorded()).hasSize(1);
    }

    @Test
    void manyThatFindTheSameAtOnceRecordItOnce() throws Exception {
        List<Alarms> clients = IntStream.range(0, 4).mapToObj(i -> alarms()).toList();
        List<Alarm> found = List.of(alarm(CONSUMER, "age"), alarm(CONSUMER, "overdue"));
        AtOnce.run(clients, client -> {
            client.change(found, List.of(), "daemon", START);
            return true;
        });
        assertThat(alarms().open()).hasSize(2);
        assertThat(recorded()).hasSize(2);

        AtOnce.run(clients, client -> {
            client.change(List.of(), found, "daemon", START);
            return true;
        });
        assertThat(alarms().open()).isEmpty();
        assertThat(recorded()).hasSize(4);
    }

    @Test
    void aWarningThatGrowsCriticalIsRecordedAgain() {
        raise(new Alarm(CONSUMER, "age", false, "29 days old", START), START);
        raise(new Alarm(CONSUMER, "age", true, "30 days old", START.plusSeconds(9)), START.plusSeconds(9));
        raise(new Alarm(CONSUMER, "age", false, "29 days old", START.plusSeconds(9)), START.plusSeconds(9));

        assertThat(alarms().open()).containsExactly(new Alarm(CONSUMER, "age", true, "30 days old", START));
        assertThat(recorded()).extracting(e -> e.details().get("severity")).containsExactly("WARNING", "CRITICAL");
    }

    @Test
    void whatIsClearedAndRaisedInOneChangeIsOpen() {
        Alarm critical = alarm(CONSUMER, "age");
        Alarm warning = new Alarm(CONSUMER, "age", false, "a new key, old all the same", START.plusSeconds(9));
        raise(critical, START);
        alarms().change(List.of(warning), List.of(critical), "daemon", START.plusSeconds(9));

        assertThat(alarms().open()).containsExactly(warning);
        assertThat(recorded())
                .extracting(AuditEvent::action)
                .containsExactly(AuditAction.ALARM_RAISED, AuditAction.ALARM_CLEARED, AuditAction.ALARM_RAISED);
    }
}
