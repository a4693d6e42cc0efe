package dev.keymgr.inventory;

import static dev.keymgr.testkit.SampleKeys.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.inventory.Heartbeat.Role;
import dev.keymgr.testkit.AtOnce;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What daemons tell each other through every store. */
public abstract class HeartbeatsContract {
    private static final Duration TERM = Duration.ofSeconds(30);

    /** A handle on the store of this test; a second one is another client of the same store. */
    protected abstract Heartbeats heartbeats();

    private static Heartbeat beat(String daemon, Instant at, Role role) {
        return new Heartbeat(daemon, START, at, Duration.ofMinutes(15), role);
    }

    @Test
    void hasNoneAtFirst() {
        assertThat(heartbeats().heartbeats()).isEmpty();
    }

    @Test
    void givesBackTheLastBeatOfEachDaemonByName() {
        Heartbeats client = heartbeats();
        client.beat(beat("b@host", START, Role.STANDS_BY));
        client.beat(beat("a@host", START, Role.WORKS));
        Heartbeat last = new Heartbeat(
                "b@host", START.plusNanos(1), START.plusSeconds(2), Duration.ofNanos(1_000_000_001), Role.WORKS);
        client.beat(last);

        assertThat(heartbeats().heartbeats()).containsExactly(beat("a@host", START, Role.WORKS), last);
    }

    @Test
    void keepsWhateverADaemonIsCalled() {
        String name = "añn \"o'neil\" <\uD834\uDD1E>\n'; DROP TABLE heartbeat --";
        heartbeats().beat(beat(name, START, Role.WORKS));

        assertThat(heartbeats().heartbeats()).containsExactly(beat(name, START, Role.WORKS));
    }

    @Test
    void forgetsWhoLeft() {
        heartbeats().beat(beat("a@host", START, Role.WORKS));
        heartbeats().beat(beat("b@host", START, Role.WORKS));
        heartbeats().leave("a@host");
        heartbeats().leave("never@host");

        assertThat(heartbeats().heartbeats()).extracting(Heartbeat::daemon).containsExactly("b@host");
    }

    @Test
    void takesBeatsFromManyAtOnce() throws Exception {
        List<Heartbeats> clients = List.of(heartbeats(), heartbeats(), heartbeats());
        AtOnce.run(clients, client -> {
            for (int i = 0; i < 10; i++) {
                client.beat(beat("shared", START.plusSeconds(i), Role.WORKS));
            }
            return true;
        });

        assertThat(heartbeats().heartbeats()).containsExactly(beat("shared", START.plusSeconds(9), Role.WORKS));
    }

    // ---- the lease

    @Test
    void oneOfManyThatAskAtOnceGetsTheLeaseOnceATerm() throws Exception {
        List<Heartbeats> clients =
                IntStream.range(0, 4).mapToObj(i -> heartbeats()).toList();
        for (int term = 0; term < 5; term++) {
            Instant now = START.plus(TERM.multipliedBy(term));
            List<Boolean> got =
                    AtOnce.run(clients, client -> client.lease("holder " + System.identityHashCode(client), now, TERM));

            assertThat(got).as("term %s", term).containsOnlyOnce(true);
        }
    }

    @Test
    void theLeaseIsFreeWhenItsTermIsOverAndNotBefore() {
        assertThat(heartbeats().lease("a", START, TERM)).isTrue();

        assertThat(heartbeats().lease("b", START.plus(TERM).minusMillis(1), TERM))
                .isFalse();
        assertThat(heartbeats().lease("b", START.plus(TERM), TERM)).isTrue();
        assertThat(heartbeats().lease("a", START.plus(TERM), TERM)).isFalse();
    }

    @Test
    void theHolderKeepsTheLeaseByAskingAgain() {
        heartbeats().lease("a", START, TERM);
        assertThat(heartbeats().lease("a", START.plusSeconds(20), TERM)).isTrue();

        assertThat(heartbeats().lease("b", START.plusSeconds(49), TERM)).isFalse();
        assertThat(heartbeats().lease("b", START.plusSeconds(50), TERM)).isTrue();
    }

    @Test
    void aLeaseGivenBackIsFreeAtOnce() {
        heartbeats().lease("a", START, TERM);
        heartbeats().release("b");
        assertThat(heartbeats().lease("b", START.plusSeconds(1), TERM)).isFalse();

        heartbeats().release("a");
        assertThat(heartbeats().lease("b", START.plusSeconds(1), TERM)).isTrue();
    }

    @Test
    void aClockThatGoesBackTakesTheLeaseFromNobodyWhoAsksAgain() {
        heartbeats().lease("a", START, TERM);
        Instant earlier = START.minus(Duration.ofDays(1));
        assertThat(heartbeats().lease("a", earlier, TERM)).isTrue();

        assertThat(heartbeats().lease("b", earlier.plusSeconds(29), TERM)).isFalse();
        assertThat(heartbeats().lease("b", earlier.plusSeconds(30), TERM)).isTrue();
    }

    @Test
    void aDeadHolderWhoseClockWasAheadHoldsNobodyOff() {
        heartbeats().lease("a", START.plus(Duration.ofDays(1)), TERM);

        assertThat(heartbeats().lease("b", START, TERM)).isTrue();
    }

    @Test
    void clocksThatDifferByLessThanATermDoNotFightForTheLease() {
        heartbeats().lease("a", START.plusSeconds(5), TERM);

        assertThat(heartbeats().lease("b", START, TERM)).isFalse();
        assertThat(heartbeats().lease("b", START, Duration.ofSeconds(5))).isFalse();
    }
}
