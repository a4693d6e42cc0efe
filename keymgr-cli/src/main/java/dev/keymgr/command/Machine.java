package dev.keymgr.command;

import dev.keymgr.config.ConfigLocator;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a command may know of the machine it runs on.
 *
 * @param environment of the process
 * @param directory the working directory
 * @param home the user's home folder
 * @param installation where keymgr lies: it holds {@code hsm-config}
 * @param user who runs it, for the audit
 */
public record Machine(
        Map<String, String> environment,
        Path directory,
        Path home,
        @Nullable Path installation,
        String user,
        SecureRandom random,
        Clock clock) {

    /** Whether one would be found, or is named by the environment. */
    boolean hasConfiguration() {
        return new ConfigLocator(environment, directory, home).finds();
    }

    Path locate(@Nullable Path argument) {
        return new ConfigLocator(environment, directory, home).locate(argument);
    }
}
