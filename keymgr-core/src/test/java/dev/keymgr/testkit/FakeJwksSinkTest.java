package dev.keymgr.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.jwks.JwksSink;
import dev.keymgr.jwks.JwksSinkContract;
import org.junit.jupiter.api.Test;

class FakeJwksSinkTest extends JwksSinkContract {
    private final FaultPlan faults = new FaultPlan();
    private final FakeJwksSink sink = new FakeJwksSink("public", faults);

    @Override
    protected JwksSink sink() {
        return sink;
    }

    @Test
    void failsWithoutEffectWhenPlanned() {
        faults.at(FakeJwksSink.PUBLISH, 1, Fault.FAIL_NOT_APPLIED);

        assertRefused(sink, document(CONSUMER, 1, "one"));
        assertThat(sink.current(CONSUMER)).isEmpty();
        sink.publish(document(CONSUMER, 1, "one"));
        assertThat(sink.history()).hasSize(1);
        assertThat(faults.seen())
                .extracting(point -> point.name() + "#" + point.nth())
                .containsExactly(FakeJwksSink.PUBLISH + "#1", FakeJwksSink.PUBLISH + "#2");
    }

    @Test
    void failsWithEffectWhenPlanned() {
        faults.at(FakeJwksSink.PUBLISH, 2, Fault.FAIL_BUT_APPLIED);

        sink.publish(document(CONSUMER, 1, "one"));
        assertRefused(sink, document(CONSUMER, 2, "two"));
        assertThat(standing()).isEqualTo("two");
    }
}
