package dev.keymgr.testkit;

import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a daemon holds in memory. Tools cannot attach to it, so it is asked by SIGQUIT, to which a JVM with
 * {@link #OPTIONS} answers with a full collection and a histogram of what is left.
 */
public final class Footprint {
    /** For the JVM. */
    public static final String OPTIONS = "-XX:+PrintClassHistogram";

    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)$");
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    private Footprint() {}

    /** Bytes of living objects on the heap. */
    public static long live(RunningDaemon daemon) {
        long before = totals(daemon);
        daemon.signal("QUIT");
        await().atMost(Duration.ofSeconds(60)).until(() -> totals(daemon) > before);
        return TOTAL.matcher(daemon.log())
                .results()
                .reduce((earlier, later) -> later)
                .map(Footprint::number)
                .orElseThrow();
    }

    private static long totals(RunningDaemon daemon) {
        return TOTAL.matcher(daemon.log()).results().count();
    }

    private static long number(MatchResult result) {
        return Long.parseLong(result.group(1));
    }

    /** Bytes of physical memory. */
    public static long resident(RunningDaemon daemon) {
        Matcher line = RESIDENT.matcher(DemoFolder.read(Path.of("/proc/" + daemon.pid() + "/status")));
        return Optional.of(line)
                .filter(Matcher::find)
                .map(m -> Long.parseLong(m.group(1)) * 1024)
                .orElseThrow();
    }
}
