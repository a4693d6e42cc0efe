package dev.keymgr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keymgr.testkit.DemoFolder;
import dev.keymgr.testkit.Footprint;
import dev.keymgr.testkit.Hammer;
import dev.keymgr.testkit.Latencies;
import dev.keymgr.testkit.RunningDaemon;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The JWKS endpoint under load while keys roll over: a few seconds, ten minutes with {@code -Psoak}, any other time with
 * {@code -Dkeymgr.soak.load=PT1M}.
 */
@Tag("long")
class LoadIT {
    private static final int CLIENTS = 4;

    /** The rest is what a rollover may make it load or compile: classes, connections, lines of metrics. */
    private static final long GROWTH_BYTES_MAX = 8 << 20;

    /** The time is cut into so many parts; after the first two the daemon has made what it makes once. */
    private static final int PARTS = 10;

    private static final int WARM_UP_PARTS = 2;

    /** With the whole heap resident from the beginning, what still grows is memory outside of it. */
    private static final String OPTIONS = Footprint.OPTIONS + " -Xms256m -XX:+AlwaysPreTouch";

    private static final double MEGABYTE = 1 << 20;

    @TempDir
    private Path folder;

    private DemoFolder demo;

    @BeforeEach
    void begin() {
        demo = DemoFolder.withoutKeys(folder.resolve("demo"));
        DemoFolder.write(
                demo.config(),
                DemoFolder.read(demo.config())
                        + "\ndaemon:\n  listen: 127.0.0.1:0\n  limits:\n    requests-per-second: 1000000\n");
    }

    @AfterEach
    void end() {
        demo.close();
    }

    private List<Instant> activations() {
        return demo
                .query("SELECT happened_at FROM audit_record WHERE action = 'key.activated' ORDER BY sequence")
                .stream()
                .map(Instant::parse)
                .toList();
    }

    @Test
    void isBorneWithoutAnErrorWhileKeysRollOver() throws InterruptedException {
        Duration time = Duration.parse(System.getProperty("keymgr.soak.load", "PT3S"));
        try (RunningDaemon daemon = RunningDaemon.start(demo.keymgr().with("KEYMGR_JAVA_OPTS", OPTIONS))
                .ready()) {
            AtomicBoolean stop = new AtomicBoolean();
            ConcurrentLinkedQueue<String> faults = new ConcurrentLinkedQueue<>();
            Instant begin = DemoFolder.CLOCK.instant();
            List<Hammer> hammers = new ArrayList<>();
            List<Thread> threads = new ArrayList<>();
            long beginNanos = System.nanoTime();
            for (int i = 0; i < CLIENTS; i++) {
                Hammer hammer = new Hammer(documents(daemon), beginNanos, stop, faults);
                hammers.add(hammer);
                threads.add(new Thread(hammer, "hammer-" + i));
            }
            threads.forEach(Thread::start);

            demo.keymgr().expect(0, "rotate", "consumer", "--wait");
            List<Long> resident = new ArrayList<>();
            List<Long> live = new ArrayList<>();
            for (int part = 1; part <= PARTS; part++) {
                waitUntil(begin.plus(time.multipliedBy(part).dividedBy(PARTS)), faults);
                resident.add(Footprint.resident(daemon));
                if (part == WARM_UP_PARTS || part == PARTS) {
                    live.add(Footprint.live(daemon));
                }
            }
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            Duration took = Duration.between(begin, DemoFolder.CLOCK.instant());
            tell(begin, took, hammers);
            System.out.println("live heap " + megabytes(live) + ", resident " + megabytes(resident));

            assertThat(faults).as(daemon.log()).isEmpty();
            assertThat(activations().stream().filter(begin::isBefore)).isNotEmpty();
            assertThat(live.get(1) - live.get(0)).isLessThan(GROWTH_BYTES_MAX);
            daemon.ready();
            assertThat(daemon.stopped().exit()).isIn(0, 143);
        }
        demo.requireSound();
    }

    private static List<URI> documents(RunningDaemon daemon) {
        return DemoFolder.SCOPES.stream()
                .map(scope -> daemon.url("/" + scope + "/jwks.json"))
                .toList();
    }

    private static void waitUntil(Instant instant, ConcurrentLinkedQueue<String> faults) {
        await().forever()
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !faults.isEmpty() || DemoFolder.CLOCK.instant().isAfter(instant));
    }

    private void tell(Instant begin, Duration took, List<Hammer> hammers) {
        Latencies all = new Latencies();
        hammers.forEach(hammer -> all.addAll(hammer.latencies()));
        Set<Long> rollovers = activations().stream()
                .map(at -> Duration.between(begin, at).toSeconds())
                .collect(Collectors.toSet());
        System.out.printf(
                Locale.ROOT,
                "%d s, %d clients, %d requests, %.0f a second; p50 %.2f ms, p99 %.2f ms; in the %d seconds with an activation"
                        + " %d requests, p50 %.2f ms, p99 %.2f ms%n",
                took.toSeconds(),
                CLIENTS,
                all.count(s -> true),
                all.count(s -> true) * 1_000.0 / took.toMillis(),
                all.percentile(0.5, s -> true),
                all.percentile(0.99, s -> true),
                rollovers.stream().filter(s -> s >= 0).count(),
                all.count(s -> rollovers.contains((long) s)),
                all.percentile(0.5, s -> rollovers.contains((long) s)),
                all.percentile(0.99, s -> rollovers.contains((long) s)));
    }

    private static String megabytes(List<Long> bytes) {
        return bytes.stream()
                .map(each -> String.format(Locale.ROOT, "%.1f", each / MEGABYTE))
                .collect(Collectors.joining(", ", "", " MB"));
    }
}
