package dev.keymgr.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.Alarm;
import dev.keymgr.daemon.AlarmRules.Change;
import dev.keymgr.daemon.events.Silence;
import dev.keymgr.key.ScopeName;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class AlarmRulesTest {
    private static final ScopeName SCOPE = new ScopeName("consumer");

    private static Alarm alarm(String code, String message) {
        return new Alarm(SCOPE, code, false, message, Instant.EPOCH);
    }

    @Test
    void leavesAnAlarmAsItWasFirstFound() {
        Change change = AlarmRules.change(List.of(alarm("age", "29d")), List.of(alarm("age", "30d")));

        assertThat(change.raised()).isEmpty();
        assertThat(change.cleared()).isEmpty();
    }

    @Test
    void raisesSilenceAnewWithItsNextStep() {
        Alarm old = alarm(Silence.CODE, "over 15m");
        Alarm next = alarm(Silence.CODE, "over 1h");

        Change change = AlarmRules.change(List.of(old), List.of(next));

        assertThat(change.cleared()).containsExactly(old);
        assertThat(change.raised()).containsExactly(next);
    }

    @Test
    void doesNotRepeatTheSameSilence() {
        Change change =
                AlarmRules.change(List.of(alarm(Silence.CODE, "over 1h")), List.of(alarm(Silence.CODE, "over 1h")));

        assertThat(change.raised()).isEmpty();
        assertThat(change.cleared()).isEmpty();
    }
}
