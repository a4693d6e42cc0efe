package dev.keymgr.daemon.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.config.EventType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventTableTest {
    private static final Path PAGE = Path.of("..", "docs", "reference", "notifications.md");

    @Test
    void theReferencePageSaysWhatTheTableSays() throws IOException {
        List<List<String>> written = Files.readAllLines(PAGE).stream()
                .filter(line -> line.startsWith("| `" + CloudEvents.TYPE_PREFIX))
                .map(line -> Arrays.stream(line.split("\\|", -1))
                        .map(cell -> cell.strip().replace("`", ""))
                        .toList()
                        .subList(1, 4))
                .toList();

        assertThat(written)
                .isEqualTo(EventTable.ROWS.stream()
                        .map(row -> List.of(
                                CloudEvents.TYPE_PREFIX + row.type().id(),
                                row.action().id(),
                                String.join(" ", members(row))))
                        .toList());
    }

    @Test
    void everyTypeAReceiverMayAskForIsMadeOfExactlyOneAction() {
        assertThat(EventTable.ROWS).extracting(EventTable::type).containsExactly(EventType.values());
        assertThat(EventTable.ROWS).extracting(EventTable::action).doesNotHaveDuplicates();
    }

    @Test
    void nothingIsToldOfWhatCouldNotBeTold() {
        assertThat(EventTable.of(AuditAction.NOTIFICATION_GIVEN_UP))
                .as("it would be told for ever")
                .isEmpty();
        assertThat(EnumSet.allOf(AuditAction.class))
                .filteredOn(action -> EventTable.of(action).isPresent())
                .hasSameSizeAs(EventTable.ROWS);
    }

    private static List<String> members(EventTable row) {
        List<String> members = new ArrayList<>();
        if (row.type() == EventType.KEY_PUBLISHED) {
            members.add("readyAt");
        }
        row.details().forEach(detail -> members.add(CloudEvents.member(detail)));
        return members;
    }
}
