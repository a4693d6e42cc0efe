package dev.keymgr;

import dev.keymgr.command.KeymgrCommand;
import dev.keymgr.command.Machine;
import dev.keymgr.command.Style;
import dev.keymgr.command.Terminal;
import dev.keymgr.config.ConfigLoader;
import java.io.BufferedWriter;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;

/** Takes what the process was given (streams, environment, clock, randomness) and hands it down. */
final class Wiring {
    private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");

    private Wiring() {}

    static KeymgrCommand root() {
        Clock clock = Clock.systemUTC();
        Machine machine = machine(clock);
        return new KeymgrCommand(
                terminal(machine.environment()),
                machine,
                file -> new OpenWorkbench(ConfigLoader.load(file), machine, clock));
    }

    /** The launcher says which streams are terminals; Java cannot ask that of each. */
    private static Terminal terminal(Map<String, String> environment) {
        String terminals = System.getProperty("keymgr.terminals", "");
        boolean colour = terminals.contains("out")
                && environment.getOrDefault("NO_COLOR", "").isEmpty();
        return new Terminal(
                System.in,
                writer(FileDescriptor.out),
                writer(FileDescriptor.err),
                colour ? Style.ANSI : Style.PLAIN,
                terminals.contains("err"));
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(
                new BufferedWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8)));
    }

    private static Machine machine(Clock clock) {
        Map<String, String> environment = System.getenv();
        String installation = System.getProperty("keymgr.home");
        return new Machine(
                environment,
                Path.of("").toAbsolutePath(),
                Path.of(System.getProperty("user.home", "/")),
                installation == null ? null : Path.of(installation),
                actor(environment),
                new SecureRandom(),
                clock);
    }

    /** The person, also behind sudo, and the host: the audit names no shared account where it can name a person. */
    private static String actor(Map<String, String> environment) {
        String user = System.getProperty("user.name", "unknown");
        String behind = environment.getOrDefault("SUDO_USER", "");
        return (behind.isEmpty() || behind.equals(user) ? user : behind + " as " + user) + "@" + host(environment);
    }

    private static String host(Map<String, String> environment) {
        try {
            if (Files.isReadable(HOSTNAME)) {
                return Files.readString(HOSTNAME).strip();
            }
        } catch (IOException e) {
            // the environment's word for it will do
        }
        return environment.getOrDefault("HOSTNAME", "localhost");
    }
}
