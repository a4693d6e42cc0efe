package dev.keymgr.daemon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.testkit.SteppedClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class StopTest {
    @Test
    void finishesWhatWasBegunAndThenListensNoMore() throws IOException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Served served = Served.withTwoScopes();
        served.site.metrics = () -> {
            begun.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("cut off", e);
            }
            return SmallSite.utf8("whole");
        };
        try (RawClient client = served.connect()) {
            client.send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
            await().until(() -> begun.getCount() == 0);

            CompletableFuture<Void> closing = CompletableFuture.runAsync(served::close);
            await().until(() -> !accepts(served.server.port()));
            release.countDown();

            RawClient.Answer answer = client.read();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("whole");
            await().atMost(Duration.ofSeconds(20)).until(closing::isDone);
            closing.join();
            served.close();
        }
    }

    private static boolean accepts(int port) {
        if (port <= 0) {
            return false;
        }
        try {
            RawClient.connect(port).hangUp();
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    @Test
    void saysWhichAddressIsTaken() throws IOException {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            InetSocketAddress taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), other.getLocalPort());

            assertThatThrownBy(() -> HttpServer.start(
                                    new HttpSettings(taken, null, HttpLimits.defaults()),
                                    SmallSite.ofTwoScopes(),
                                    (scope, endpoint, status) -> {},
                                    new SteppedClock(),
                                    trouble -> {})
                            .close())
                    .isInstanceOf(KeymgrException.class)
                    .hasMessageContaining(":" + other.getLocalPort() + "; nothing was started")
                    .extracting(e -> ((KeymgrException) e).code())
                    .isEqualTo(ErrorCode.CONFIG_INVALID);
        }
    }
}
