package dev.keymgr.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/reference/metrics.md is made from what is exported and kept with the sources. */
class MetricsReferenceTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "metrics.md");

    @Test
    void saysWhatIsExported() throws IOException {
        if (Boolean.getBoolean("keymgr.docs.write")) {
            Files.writeString(PAGE, render());
        }

        assertThat(PAGE)
                .as("docs/reference/metrics.md; to make it anew: mvn -pl keymgr-cli -am test -Dkeymgr.docs.write=true")
                .hasContent(render());
    }

    private static String render() {
        StringBuilder page = new StringBuilder("""
                # Metrics

                Made from what is exported; do not edit. To make it anew:
                `mvn -pl keymgr-cli -am test -Dkeymgr.docs.write=true`

                `/metrics` of the daemon, in the Prometheus text format. Ages, lateness and findings are computed at each scrape
                from what was seen at the last look, so they go on growing when the daemon has stopped looking. Counters begin at
                zero with the process. No label ever holds a kid, a client or a path. How to use them:
                [monitoring](../monitoring/README.md).

                | name | type | labels | meaning |
                | --- | --- | --- | --- |
                """);
        Exposition exposition = FedMetrics.exposition();
        exposition
                .families()
                .forEach((name, family) -> page.append("| `" + name + "` | " + family.type() + " | "
                        + family.labels().stream().map(l -> "`" + l + "`").collect(Collectors.joining(" ")) + " | "
                        + family.help() + " |\n"));
        page.append("""

                `severity` is `critical` or `warning`; `endpoint` is `jwks`, `discovery`, `health`, `readiness`, `metrics`,
                `dashboard` or `other`; `purpose` is `self_test` or `canary`; `scope` is empty where a request is of none.

                The metrics of the Java virtual machine and its process (`jvm_...`, `process_...`) have the names that the
                Prometheus Java client gives them.
                """);
        return page.toString();
    }
}
