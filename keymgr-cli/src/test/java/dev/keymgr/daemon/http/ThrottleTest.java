package dev.keymgr.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class ThrottleTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    // Near the end, so that it runs over, as the JVM's may.
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - SECOND);
    private final Throttle throttle = new Throttle(new RequestRate(2, 4), nanos::get);

    private static ClientNetwork client(String address) throws UnknownHostException {
        return ClientNetwork.of(new InetSocketAddress(InetAddress.getByName(address), 1));
    }

    @Test
    void letsABurstThroughAndThenARate() throws UnknownHostException {
        ClientNetwork client = client("192.0.2.1");
        for (int i = 0; i < 4; i++) {
            assertThat(throttle.take(client)).isZero();
        }
        assertThat(throttle.take(client)).isEqualTo(SECOND / 2);

        nanos.addAndGet(SECOND / 2);
        assertThat(throttle.take(client)).isZero();
        assertThat(throttle.take(client)).isPositive();

        nanos.addAndGet(100 * SECOND);
        for (int i = 0; i < 4; i++) {
            assertThat(throttle.take(client)).isZero();
        }
        assertThat(throttle.take(client)).isPositive();
    }

    @Test
    void doesNotPunishOneForTheOther() throws UnknownHostException {
        for (int i = 0; i < 5; i++) {
            throttle.take(client("192.0.2.1"));
        }

        assertThat(throttle.take(client("192.0.2.1"))).isPositive();
        assertThat(throttle.take(client("192.0.2.2"))).isZero();
    }

    @Test
    void countsAWholeIpv6NetworkAsOneClient() throws UnknownHostException {
        assertThat(client("2001:db8:1:2::1")).isEqualTo(client("2001:db8:1:2:ffff::9"));
        assertThat(client("2001:db8:1:2::1")).isNotEqualTo(client("2001:db8:1:3::1"));
    }

    @Test
    void remembersThoseWhoStillOwe() throws UnknownHostException {
        for (int i = 0; i < 5; i++) {
            throttle.take(client("192.0.2.1"));
        }
        throttle.forget();
        assertThat(throttle.take(client("192.0.2.1"))).isPositive();

        nanos.addAndGet(10 * SECOND);
        throttle.forget();
        assertThat(throttle.take(client("192.0.2.1"))).isZero();
    }

    @Test
    void keepsItsMemoryWhenTheWholeWorldComes() {
        for (int i = 0; i < Throttle.CLIENTS_MAX; i++) {
            throttle.take(new ClientNetwork(4, i));
        }
        for (int i = 0; i < 4; i++) {
            assertThat(throttle.take(new ClientNetwork(6, i))).isZero();
        }

        assertThat(throttle.take(new ClientNetwork(6, 99)))
                .as("newcomers share one bucket")
                .isPositive();
        assertThat(throttle.take(new ClientNetwork(4, 5)))
                .as("who is known keeps his own")
                .isZero();
    }
}
