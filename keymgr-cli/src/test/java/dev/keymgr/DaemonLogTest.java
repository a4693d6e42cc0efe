package dev.keymgr;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.joran.spi.JoranException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.keymgr.testkit.StrictJson;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.slf4j.event.Level;

/** The log of the daemon, as the file that is shipped makes it. */
@ResourceLock(Resources.SYSTEM_ERR)
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class DaemonLogTest {
    private static final String HOSTILE =
            "a\nINFO forged\r\n\u001b[31mred\u0007 \"quoted\" \\back\u2028line\u202e\u0085\u009b2Jö\uD834\uDD1E";

    private final PrintStream before = System.err;
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setErr(new PrintStream(written, true, UTF_8));
    }

    @AfterEach
    void restore() {
        System.setErr(before);
        System.clearProperty(LogForm.PROPERTY);
    }

    private List<String> lines(String form, Consumer<LoggerContext> talk) throws JoranException {
        System.setProperty(LogForm.PROPERTY, form);
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(
                Objects.requireNonNull(Main.class.getClassLoader().getResource("logback.xml")));
        try {
            talk.accept(context);
        } finally {
            context.stop();
        }
        return List.of(written.toString(UTF_8).split("\n", -1));
    }

    private static void warnOfEverything(LoggerContext context) {
        Logger logger = context.getLogger("dev.keymgr.daemon.Sweep");
        logger.warn(
                "scope=consumer said={}", HOSTILE, new IllegalStateException(HOSTILE, new RuntimeException(HOSTILE)));
    }

    @Test
    void plainKeepsHostileTextOnOneLineWithNothingThatATerminalObeys() throws JoranException {
        List<String> lines = lines("plain", DaemonLogTest::warnOfEverything);

        assertThat(lines).hasSize(2).last().isEqualTo("");
        assertThat(lines.get(0))
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z WARN  Sweep - scope=consumer said=a.*")
                .contains(
                        "a\\nINFO forged\\r\\n\\u001b[31mred\\u0007 \"quoted\" \\back\\u2028line\\u202e\\u0085\\u009b2Jö\uD834\uDD1E")
                .contains("java.lang.IllegalStateException: a\\nINFO")
                .contains("Caused by: java.lang.RuntimeException: a\\nINFO")
                .contains("\\n\\tat dev.keymgr.DaemonLogTest.warnOfEverything(");
        assertThat(lines.get(0).codePoints()).noneMatch(Character::isISOControl);
    }

    @Test
    void jsonKeepsHostileTextOnOneLineAndGivesItBack() throws JoranException {
        List<String> lines = lines("json", DaemonLogTest::warnOfEverything);

        assertThat(lines).hasSize(2).last().isEqualTo("");
        assertThat(lines.get(0).chars()).noneMatch(c -> c < ' ');
        JsonNode event = StrictJson.parse(lines.get(0), lines.get(0));
        assertThat(event.get("formattedMessage").textValue()).isEqualTo("scope=consumer said=" + HOSTILE);
        assertThat(event.get("level").textValue()).isEqualTo("WARN");
        assertThat(event.get("loggerName").textValue()).isEqualTo("dev.keymgr.daemon.Sweep");
        assertThat(event.at("/throwable/message").textValue()).isEqualTo(HOSTILE);
        assertThat(event.at("/throwable/cause/message").textValue()).isEqualTo(HOSTILE);
        assertThat(Instant.ofEpochMilli(event.get("timestamp").longValue())).isAfter(Instant.EPOCH);
    }

    @Test
    void ourWordsAreHeardFromInfoOnAndLibrariesFromWarning() throws JoranException {
        List<String> lines = lines("plain", context -> {
            for (String name : List.of("dev.keymgr.daemon.A", "org.quartz.B", "org.eclipse.jetty.server.C", "D")) {
                for (Level level : List.of(Level.DEBUG, Level.INFO, Level.WARN)) {
                    context.getLogger(name).atLevel(level).log("said");
                }
            }
        });

        assertThat(lines.stream().filter(l -> !l.isEmpty()).map(l -> l.substring(25)))
                .containsExactly(
                        "INFO  A - said", "WARN  A - said", "WARN  B - said", "WARN  C - said", "WARN  D - said");
    }

    @Test
    void anUnknownFormIsReportedAndLogsPlain() throws JoranException {
        List<String> lines =
                lines("xml", context -> context.getLogger("dev.keymgr.A").warn("said"));

        assertThat(lines).hasSize(3);
        assertThat(lines.get(0)).startsWith("keymgr: logging: ").contains("'xml', neither plain nor json");
        assertThat(lines.get(1)).endsWith("WARN  A - said");
    }

    @Test
    void theFormMayAlsoComeFromTheEnvironment() {
        assertThat(new LogForm(Map.of(LogForm.VARIABLE, "json")).getPropertyValue())
                .isEqualTo("json");
        assertThat(new LogForm(Map.of()).getPropertyValue()).isEqualTo("plain");
        System.setProperty(LogForm.PROPERTY, "plain");
        assertThat(new LogForm(Map.of(LogForm.VARIABLE, "json")).getPropertyValue())
                .isEqualTo("plain");
    }
}
