package dev.keymgr.config;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects what is wrong with one file while it is read, so that all of it is told at once. Used by one thread. */
final class Problems {
    private static final int SHOWN_LENGTH_MAX = 80;

    private final Path file;
    private final List<ConfigProblem> errors = new ArrayList<>();
    private final List<ConfigProblem> warnings = new ArrayList<>();

    Problems(Path file) {
        this.file = file;
    }

    void error(Position position, String key, String text) {
        errors.add(problem(position, key, ConfigProblem.Level.ERROR, text));
    }

    void impossible(Position position, String key, String text) {
        errors.add(problem(position, key, ConfigProblem.Level.IMPOSSIBLE, text));
    }

    void warn(Position position, String key, String text) {
        warnings.add(problem(position, key, ConfigProblem.Level.WARNING, text));
    }

    boolean isEmpty() {
        return errors.isEmpty();
    }

    /** Whether there is an error at a key or below it: what is there is not what was meant. */
    boolean areIn(String key) {
        return errors.stream()
                .map(ConfigProblem::key)
                .anyMatch(at -> at.equals(key) || at.startsWith(key + ".") || at.startsWith(key + "["));
    }

    List<ConfigProblem> warnings() {
        return warnings.stream().sorted(ConfigProblem.BY_PLACE).toList();
    }

    /** The errors as one exception; there is at least one. */
    ConfigException exception() {
        return ConfigException.of(errors);
    }

    /** A value as it may stand in a message: one line, bounded, quoted where it would be misread. */
    static String show(String value) {
        StringBuilder text = new StringBuilder();
        boolean plain = !value.isEmpty() && value.equals(value.strip());
        int shown = 0;
        for (int c : value.codePoints().limit(SHOWN_LENGTH_MAX).toArray()) {
            boolean printable =
                    !Character.isISOControl(c) && Character.isDefined(c) && Character.getType(c) != Character.FORMAT;
            text.append(printable ? Character.toString(c) : String.format(Locale.ROOT, "\\u%04x", c));
            plain &= printable;
            shown++;
        }
        if (value.codePointCount(0, value.length()) > shown) {
            text.append("...");
        }
        return plain ? text.toString() : "'" + text + "'";
    }

    private ConfigProblem problem(Position position, String key, ConfigProblem.Level level, String text) {
        return new ConfigProblem(file, position.line(), position.column(), key, level, text);
    }
}
