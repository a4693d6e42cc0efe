package dev.keymgr.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.command.ExitCodes;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.token.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tables of codes: each code of the program stands in its page once, and nothing else does. */
class CodesTest {
    @Test
    void theErrorCodePageHasEveryErrorCodeWithItsExitCode() {
        assertThat(columns("error-codes.md", 2))
                .containsExactlyInAnyOrderElementsOf(Arrays.stream(ErrorCode.values())
                        .map(code -> List.of(code.id(), Integer.toString(ExitCodes.of(code))))
                        .toList());
    }

    @Test
    void theExitCodePageHasEveryExitCode() {
        Set<String> used = Stream.of(
                        Arrays.stream(ErrorCode.values()).map(ExitCodes::of),
                        Arrays.stream(Verdict.values()).map(ExitCodes::of),
                        Stream.of(ExitCodes.DONE, ExitCodes.CHECK_FAILED, ExitCodes.USAGE))
                .flatMap(codes -> codes)
                .map(code -> Integer.toString(code))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(columns("exit-codes.md", 1).stream().map(row -> row.get(0)).toList())
                .containsExactlyInAnyOrderElementsOf(used);
    }

    @Test
    void theExitCodePageNamesTheErrorsAndVerdictsBehindEachCode() {
        assertThat(columns("exit-codes.md", 3)).allSatisfy(row -> {
            Set<String> behind = Stream.concat(
                            Arrays.stream(ErrorCode.values())
                                    .filter(code -> is(row, ExitCodes.of(code)))
                                    .map(ErrorCode::id),
                            Arrays.stream(Verdict.values())
                                    .filter(verdict -> is(row, ExitCodes.of(verdict)))
                                    .map(Verdict::name))
                    .collect(Collectors.toSet());
            assertThat(Set.of(row.get(2).split(" ", -1)))
                    .as("exit code " + row.get(0))
                    .isEqualTo(behind);
        });
    }

    @Test
    void theAuditPageHasEveryAction() {
        assertThat(columns("audit-events.md", 1).stream().map(row -> row.get(0)).toList())
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(AuditAction.values()).map(AuditAction::id).toList());
    }

    @Test
    void theTroubleshootingPageHasASectionForEveryErrorCode() throws IOException {
        assertThat(Files.readAllLines(Pages.path("../operations/troubleshooting.md")).stream()
                        .filter(line -> line.startsWith("### KM-"))
                        .map(line -> line.substring(4).strip()))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(ErrorCode.values()).map(ErrorCode::id).toList());
    }

    private static boolean is(List<String> row, int exitCode) {
        return row.get(0).equals(Integer.toString(exitCode));
    }

    private static List<List<String>> columns(String page, int count) {
        return Pages.rows(page).stream().map(row -> row.subList(0, count)).toList();
    }
}
