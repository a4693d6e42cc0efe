package dev.keymgr.daemon.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.daemon.dashboard.Lane.Turn;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.SigningAlgorithm;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

final class LanesTest {
    private static final Instant START = SampleViews.START;

    private static List<Phase> phases(Lane lane) {
        return lane.spans().stream().map(Lane.Span::phase).toList();
    }

    private static SampleScope daily() {
        return new SampleScope("consumer", SampleScope.daily("consumer-a", "consumer-b"), START);
    }

    @Test
    void tellsAWholeLifeFromRecordAndPlan() {
        SampleScope scope = daily().liveUntil(SampleViews.NOW.plus(Duration.ofDays(2)));

        List<Lane> lanes = Lanes.of(scope.view());

        assertThat(lanes)
                .filteredOn(l -> l.name().equals(scope.active().kid().prefix()))
                .singleElement()
                .satisfies(l -> assertThat(phases(l))
                        .containsExactly(Phase.PUBLISHED, Phase.STANDBY, Phase.ACTIVE, Phase.RETIRED, Phase.REMOVED));
    }

    @Test
    void showsKeysThatDoNotExistYet() {
        List<Lane> lanes = Lanes.of(daily().viewAt(START));

        assertThat(lanes).extracting(Lane::name).contains("new-1", "new-2");
        assertThat(phases(lanes.get(0))).startsWith(Phase.ACTIVE);
    }

    @Test
    void aKeyThatNeverWaitedWasNeverReady() {
        Lane lane = Lane.of(
                "k",
                SigningAlgorithm.ES256,
                List.of(
                        new Turn(START, Phase.PUBLISHED),
                        new Turn(START, Phase.ACTIVE),
                        new Turn(START.plusSeconds(5), Phase.REVOKED),
                        new Turn(START.plusSeconds(9), Phase.STANDBY)));

        assertThat(phases(lane)).containsExactly(Phase.ACTIVE, Phase.REVOKED);
    }

    @Test
    void aRevokedKeyIsRevokedUntilItLeavesTheDocument() {
        SampleScope scope = daily().liveUntil(SampleViews.NOW);
        String name = scope.active().kid().prefix();
        scope.become(scope.keyring()
                .compromised(
                        List.of(scope.active().kid()),
                        new Compromise("seen abroad", Compromise.Cause.KEY, SampleViews.NOW),
                        SampleViews.NOW));

        List<Lane> lanes = Lanes.of(scope.viewAt(SampleViews.NOW.plusSeconds(1)));

        assertThat(lanes)
                .filteredOn(l -> l.name().equals(name))
                .singleElement()
                .satisfies(l -> assertThat(phases(l)).endsWith(Phase.ACTIVE, Phase.REVOKED, Phase.REMOVED));
    }

    @Test
    void looksCloserOnlyWhileKeysChange() {
        SampleScope scope = daily().liveUntil(SampleViews.NOW);
        ScopeView changing = scope.view();
        ScopeView quiet =
                scope.liveUntil(SampleViews.NOW.plus(Duration.ofDays(5))).view();

        assertThat(Window.closeUp(changing, Lanes.of(changing), SampleViews.NOW))
                .isPresent();
        assertThat(Window.closeUp(quiet, Lanes.of(quiet), SampleViews.NOW.plus(Duration.ofDays(5))))
                .isEmpty();
    }

    @Test
    void looksNoCloserWhereAnOverviewShowsEveryChange() {
        Instant now = START.plusSeconds(95);
        ScopeView swift = new SampleScope("canary", SampleScope.swift("canary-a"), START)
                .liveUntil(now)
                .view();

        assertThat(Window.closeUp(swift, Lanes.of(swift), now)).isEmpty();
    }

    @Test
    void aWindowMeasuresInPercent() {
        Window window = new Window(START, START.plusSeconds(8));

        assertThat(window.percent(START.plusSeconds(2))).isEqualTo(25);
        assertThat(window.percent(START.minusSeconds(2))).isZero();
        assertThat(window.percent(Instant.MAX)).isEqualTo(100);
    }
}
