package dev.keymgr.token.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A kid that nobody published: how often it has a source look. */
class UnknownKidTest extends RemoteFixture {
    @Test
    void looksForAnUnknownKidOnceInAPauseHoweverManyAreInvented() {
        publish(1, ONE);
        RemoteDocuments source = signed();
        source.own();
        server.asked();

        for (int i = 0; i < 50; i++) {
            source.ownAfterUnknown(kid(i));
        }
        assertThat(server.asked()).isEmpty();

        publish(2, ONE, TWO);
        clock.advance(RefreshPolicy.DEFAULT.unknownKid().pause());
        for (int i = 0; i < 50; i++) {
            assertThat(source.ownAfterUnknown(kid(i)).find(TWO.kid())).isPresent();
        }
        assertThat(server.asked()).containsExactly("revoked-keys.jwt 200", "jwks.jwt 200");
    }

    @Test
    void looksForUnknownKidsNoMoreThanSoManyTimesAnHour() {
        publish(1, ONE);
        RefreshPolicy policy = RefreshPolicy.DEFAULT;
        RemoteDocuments source = signed(new RefreshPolicy(
                policy.timeout(),
                policy.keys(),
                policy.revocations(),
                new RefreshPolicy.Refetch(Duration.ofSeconds(1), 3),
                policy.clockSkew(),
                policy.unsigned()));
        source.own();
        server.asked();

        for (int i = 0; i < 10; i++) {
            clock.advance(Duration.ofSeconds(1));
            source.ownAfterUnknown(kid(i));
        }
        assertThat(server.asked()).filteredOn(a -> a.startsWith("jwks.jwt")).hasSize(3);

        clock.advance(Duration.ofHours(1));
        source.ownAfterUnknown(kid(0));
        assertThat(server.asked()).contains("jwks.jwt 304");
    }
}
