package dev.keymgr.config;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The configuration cannot be used; nothing was started. Its message has one line for each problem, in the order of the
 * file. Its code is POLICY_IMPOSSIBLE when the file is sound but a policy in it is not, else CONFIG_INVALID.
 */
public final class ConfigException extends KeymgrException {
    private static final long serialVersionUID = 1L;

    /** More lines than this help nobody; the rest is counted. */
    private static final int SHOWN_MAX = 50;

    private final transient List<ConfigProblem> problems;

    private ConfigException(ErrorCode code, String message, List<ConfigProblem> problems, @Nullable Throwable cause) {
        super(code, message, cause);
        this.problems = List.copyOf(problems);
    }

    static ConfigException of(List<ConfigProblem> problems) {
        boolean impossible = problems.stream().allMatch(p -> p.level() == ConfigProblem.Level.IMPOSSIBLE);
        List<ConfigProblem> sorted =
                problems.stream().sorted(ConfigProblem.BY_PLACE).toList();
        String lines =
                sorted.stream().limit(SHOWN_MAX).map(ConfigProblem::toString).collect(Collectors.joining("\n"));
        int more = sorted.size() - SHOWN_MAX;
        return new ConfigException(
                impossible ? ErrorCode.POLICY_IMPOSSIBLE : ErrorCode.CONFIG_INVALID,
                more > 0 ? lines + "\nand " + more + " more" : lines,
                sorted,
                null);
    }

    static ConfigException because(String message, @Nullable Throwable cause) {
        return new ConfigException(ErrorCode.CONFIG_INVALID, message, List.of(), cause);
    }

    /** Sorted by line; empty when there was no file to read. */
    public List<ConfigProblem> problems() {
        return problems;
    }
}
