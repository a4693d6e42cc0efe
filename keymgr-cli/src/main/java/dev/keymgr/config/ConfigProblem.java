package dev.keymgr.config;

import java.nio.file.Path;
import java.util.Comparator;

/**
 * One thing wrong, or worth a warning, in a configuration file.
 *
 * @param file as the reader named it
 * @param line from 1; 0 when the file as a whole is meant
 * @param column from 1; 0 likewise
 * @param key dotted path of the value, {@code scopes.consumer.tokens[0].label}; empty when no single value is meant
 * @param text what is wrong, by which rule, and the way out; never a secret
 */
public record ConfigProblem(Path file, int line, int column, String key, Level level, String text) {

    static final Comparator<ConfigProblem> BY_PLACE =
            Comparator.comparingInt(ConfigProblem::line).thenComparingInt(ConfigProblem::column);

    /** How grave it is. */
    public enum Level {
        /** The file is not a configuration. */
        ERROR,
        /** The values of a policy are out of bounds or do not fit together. */
        IMPOSSIBLE,
        /** It may stay, but someone should know. */
        WARNING
    }

    /** {@code keymgr.yaml:27: scopes.consumer.policy.rotation is 5m; it must be ...}. */
    @Override
    public String toString() {
        String place = line == 0 ? file.toString() : file + ":" + line;
        return place + ": " + (key.isEmpty() ? text : key + " " + text);
    }
}
