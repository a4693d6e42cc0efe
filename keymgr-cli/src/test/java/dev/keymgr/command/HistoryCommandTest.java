package dev.keymgr.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeyTimes;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Moment;
import dev.keymgr.key.PrivateHalf;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** When a key was trusted, and as what. */
class HistoryCommandTest {
    private static final Instant NOON = Instant.parse("2026-11-01T12:00:00Z");

    /** A key whose moments came so many minutes past noon. */
    private static SigningKey key(KeyState state, Map<Moment, Integer> minutes) {
        VerificationKey numbers = new VerificationKey.Ec("P-256", BigInteger.ONE, BigInteger.TWO);
        Map<Moment, Instant> moments = new TreeMap<>(Map.of(Moment.GENERATED, NOON));
        minutes.forEach((moment, minute) -> moments.put(moment, past(minute)));
        return new SigningKey(
                Kid.of(numbers),
                new KeyGroup(new ScopeName("consumer"), SigningAlgorithm.ES256),
                new KeyLocation(new TokenLabel("a"), new CkaId("00")),
                numbers,
                state,
                PrivateHalf.PRESENT,
                new KeyTimes(moments),
                null,
                Duration.ZERO,
                state == KeyState.COMPROMISED ? new Compromise("stolen", Compromise.Cause.KEY, NOON) : null,
                null);
    }

    private static Instant past(int minute) {
        return NOON.plus(Duration.ofMinutes(minute));
    }

    private static void assertTrustedFromUntil(int from, int until, SigningKey key) {
        assertThat(HistoryCommand.wasTrusted(key, past(from).minusNanos(1))).isFalse();
        assertThat(HistoryCommand.wasTrusted(key, past(from))).isTrue();
        assertThat(HistoryCommand.wasTrusted(key, past(until).minusNanos(1))).isTrue();
        assertThat(HistoryCommand.wasTrusted(key, past(until))).isFalse();
    }

    @Test
    void aKeyIsTrustedFromItsPublicationUntilItsRemovalOrRevocationWhicheverIsFirst() {
        assertTrustedFromUntil(1, 9, key(KeyState.REMOVED, Map.of(Moment.PUBLISHED, 1, Moment.REMOVED, 9)));
        assertTrustedFromUntil(1, 5, key(KeyState.COMPROMISED, Map.of(Moment.PUBLISHED, 1, Moment.COMPROMISED, 5)));
        assertTrustedFromUntil(
                1, 5, key(KeyState.COMPROMISED, Map.of(Moment.PUBLISHED, 1, Moment.COMPROMISED, 5, Moment.REMOVED, 6)));
        assertTrustedFromUntil(
                1, 5, key(KeyState.COMPROMISED, Map.of(Moment.PUBLISHED, 1, Moment.REMOVED, 5, Moment.COMPROMISED, 6)));
    }

    @Test
    void aKeyThatNobodySawWasNeverTrustedAndOneThatStandsIsStill() {
        assertThat(HistoryCommand.wasTrusted(key(KeyState.GENERATED, Map.of()), past(99)))
                .isFalse();
        assertThat(HistoryCommand.wasTrusted(key(KeyState.PUBLISHED, Map.of(Moment.PUBLISHED, 1)), past(9_999)))
                .isTrue();
    }

    @Test
    void itsStateThenIsThatOfItsLastMomentUpToThen() {
        SigningKey key = key(
                KeyState.RETIRED,
                Map.of(Moment.PUBLISHED, 1, Moment.ACTIVATED, 3, Moment.SUSPENDED, 5, Moment.RETIRED, 7));

        assertThat(HistoryCommand.stateAt(key, past(2))).isEqualTo(KeyState.PUBLISHED);
        assertThat(HistoryCommand.stateAt(key, past(3))).isEqualTo(KeyState.ACTIVE);
        assertThat(HistoryCommand.stateAt(key, past(5))).isEqualTo(KeyState.SUSPENDED);
        assertThat(HistoryCommand.stateAt(key, past(99))).isEqualTo(KeyState.RETIRED);
    }

    @Test
    void ofTwoMomentsAtOneInstantTheLaterOneInALifeWins() {
        SigningKey key = key(KeyState.RETIRED, Map.of(Moment.PUBLISHED, 1, Moment.SUSPENDED, 5, Moment.RETIRED, 5));

        assertThat(HistoryCommand.stateAt(key, past(5))).isEqualTo(KeyState.RETIRED);
    }
}
