package dev.keymgr.daemon.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.Alarm;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.jwks.JwksDocument;
import dev.keymgr.key.Generation;
import dev.keymgr.key.ScopeName;
import dev.keymgr.rollover.Posture;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class VerdictTest {
    private static final View QUIET = SampleViews.quiet();
    private static final ScopeName CONSUMER = new ScopeName("consumer");

    private static View with(List<Posture.Finding> findings, List<Heartbeat> daemons, List<Alarm> alarms) {
        return new View(
                QUIET.now(),
                QUIET.readAt(),
                QUIET.version(),
                QUIET.refresh(),
                QUIET.scopes(),
                findings,
                daemons,
                alarms,
                QUIET.audit());
    }

    private static View serving(@Nullable JwksDocument document) {
        ScopeView scope = QUIET.scopes().get(0);
        ScopeView other = new ScopeView(
                scope.issuer(), scope.policy(), scope.keyring(), scope.findings(), scope.forecast(), document);
        return new View(
                QUIET.now(),
                QUIET.readAt(),
                QUIET.version(),
                QUIET.refresh(),
                List.of(other),
                QUIET.findings(),
                QUIET.daemons(),
                QUIET.alarms(),
                QUIET.audit());
    }

    private static List<String> codes(View view) {
        return Verdict.of(view).troubles().stream().map(Trouble::code).toList();
    }

    private static Heartbeat beat(Instant at, Heartbeat.Role role) {
        return new Heartbeat("node", QUIET.now().minusSeconds(900), at, Duration.ofMinutes(15), role);
    }

    @Test
    void allIsWellWhenNothingIsWrong() {
        assertThat(Verdict.of(QUIET).headline()).isEqualTo("All is well");
    }

    @Test
    void aWarningIsToNoteAndACriticalFindingIsToActOn() {
        Posture.Finding warning = new Posture.Finding(Posture.Severity.WARNING, "a", "b");
        Posture.Finding critical = new Posture.Finding(Posture.Severity.CRITICAL, "c", "d");

        assertThat(Verdict.of(with(List.of(warning), QUIET.daemons(), List.of()))
                        .headline())
                .isEqualTo("Running, with 1 thing to note");
        assertThat(Verdict.of(with(List.of(warning, critical), QUIET.daemons(), List.of()))
                        .headline())
                .isEqualTo("Act now: 1 problem");
    }

    @Test
    void nobodyAtWorkIsToActOn() {
        View standingBy = with(List.of(), List.of(beat(QUIET.now(), Heartbeat.Role.STANDS_BY)), List.of());

        assertThat(codes(with(List.of(), List.of(), List.of()))).containsExactly("no-daemon");
        assertThat(codes(standingBy)).containsExactly("no-daemon");
    }

    @Test
    void aSilentDaemonBesideALivingOneIsToNote() {
        Heartbeat living = beat(QUIET.now(), Heartbeat.Role.WORKS);
        Heartbeat silent = beat(QUIET.now().minusSeconds(900), Heartbeat.Role.WORKS);

        assertThat(codes(with(List.of(), List.of(living, silent), List.of()))).containsExactly("daemon-silent");
    }

    @Test
    void aBeatFromTheFutureIsNoSignOfLife() {
        View view = with(List.of(), List.of(beat(QUIET.now().plusSeconds(901), Heartbeat.Role.WORKS)), List.of());

        assertThat(codes(view)).containsExactly("no-daemon", "daemon-silent");
        assertThat(Verdict.of(view).troubles().get(1).message()).contains("a clock is wrong");
    }

    @Test
    void anOpenAlarmCountsThoughThisLookDoesNotFindItsCause() {
        Alarm alarm = new Alarm(CONSUMER, "overdue", true, "late", QUIET.now().minusSeconds(60));

        Verdict verdict = Verdict.of(with(List.of(), QUIET.daemons(), List.of(alarm)));

        assertThat(verdict.level("consumer")).isEqualTo(Level.ACT);
        assertThat(verdict.of("consumer").get(0).message()).contains("still open");
    }

    @Test
    void anAlarmTellsSinceWhenItsFindingIs() {
        Verdict verdict = Verdict.of(SampleViews.midRollover());

        assertThat(verdict.troubles())
                .singleElement()
                .satisfies(t -> assertThat(t.since()).isEqualTo(SampleViews.NOW.minus(Duration.ofMinutes(35))));
    }

    @Test
    void aDocumentThatIsMissingOrOldIsNamed() {
        JwksDocument old = new JwksDocument(CONSUMER, new Generation(1), new byte[] {1}, Duration.ofMinutes(5));

        assertThat(codes(serving(null))).containsExactly("serves-nothing");
        assertThat(codes(serving(old))).containsExactly("serves-old");
    }

    @Test
    void nothingToLookAfterIsNotWell() {
        View none = SampleViews.view(QUIET.now(), List.of(), List.of(), List.of());

        assertThat(codes(none)).containsExactly("no-scope");
    }
}
