package dev.keymgr.config;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds the configuration file: {@code --config}, {@code $KEYMGR_CONFIG}, {@code ./keymgr.yaml},
 * {@code ~/.config/keymgr/keymgr.yaml}, {@code /etc/keymgr/keymgr.yaml}. One that is named must be there; it is never
 * passed over for another.
 *
 * @param environment of the process
 * @param workingDirectory absolute
 * @param userHome null for a user without one
 */
public record ConfigLocator(
        Map<String, String> environment,
        Path workingDirectory,
        @Nullable Path userHome) {
    static final String VARIABLE = "KEYMGR_CONFIG";
    static final String FILE_NAME = "keymgr.yaml";

    private static final Path OF_THE_MACHINE = Path.of("/etc/keymgr", FILE_NAME);

    public ConfigLocator {
        environment = Map.copyOf(environment);
    }

    /**
     * The first that is there.
     *
     * @param explicit the argument of {@code --config}; null when it was not given
     * @throws ConfigException listing where it looked
     */
    public Path locate(@Nullable Path explicit) {
        String variable = environment.getOrDefault(VARIABLE, "");
        if (explicit != null) {
            return named(workingDirectory.resolve(explicit), "--config");
        }
        if (!variable.isBlank()) {
            return named(workingDirectory.resolve(variable), "$" + VARIABLE);
        }
        Map<Path, String> places = places();
        return places.keySet().stream()
                .filter(ConfigLocator::isThere)
                .findFirst()
                .orElseThrow(() -> ConfigException.because(
                        "no configuration found; looked at --config and $" + VARIABLE + " (not given), "
                                + places.entrySet().stream()
                                        .map(place -> place.getValue() + " (" + place.getKey() + ")")
                                        .collect(Collectors.joining(", "))
                                + ": run 'keymgr quickstart' for a working set-up, or 'keymgr init' for a file to edit",
                        null));
    }

    /** Whether a file is named by the environment, which then must be there, or lies in one of the usual places. */
    public boolean finds() {
        return !environment.getOrDefault(VARIABLE, "").isBlank()
                || places().keySet().stream().anyMatch(ConfigLocator::isThere);
    }

    private Map<Path, String> places() {
        Map<Path, String> places = new LinkedHashMap<>();
        places.put(workingDirectory.resolve(FILE_NAME), "./" + FILE_NAME);
        if (userHome != null) {
            Path relative = Path.of(".config", "keymgr", FILE_NAME);
            places.put(userHome.resolve(relative), "~/" + relative);
        }
        places.put(OF_THE_MACHINE, "the machine's");
        return places;
    }

    private static Path named(Path file, String by) {
        if (!Files.exists(file) && !Files.notExists(file)) {
            throw ConfigException.because(
                    "the configuration " + file + ", named by " + by
                            + ", may not be looked at by this user: run keymgr as the user that it belongs to",
                    null);
        }
        if (!isThere(file)) {
            throw ConfigException.because(
                    "no configuration at " + file + ", named by " + by
                            + ": correct the name, or run 'keymgr quickstart' for a working set-up",
                    null);
        }
        return file;
    }

    private static boolean isThere(Path file) {
        return Files.exists(file) && !Files.isDirectory(file);
    }
}
