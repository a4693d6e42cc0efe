package dev.keymgr.daemon.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.AuditChain;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.json.Json;
import dev.keymgr.key.Kid;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CloudEventsTest {
    private static final Instant AT = Instant.parse("2026-11-21T21:24:52.682Z");
    private static final Instant READY = Instant.parse("2026-11-21T22:30:00Z");
    private static final CloudEvents EVENTS =
            new CloudEvents("https://login.example", (scope, kid) -> Optional.of(READY));

    @Test
    void announcesAPublishedKeyWithTheInstantItMaySign() {
        AuditRecord record = record(AuditAction.KEY_PUBLISHED, Office.KID, Map.of("etag", "e", "reason", "r"));

        assertThat(json(record))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "specversion",
                        "1.0",
                        "id",
                        "1-" + record.hash().substring(0, 16),
                        "source",
                        "https://login.example",
                        "type",
                        "dev.keymgr.key.published",
                        "subject",
                        "consumer/" + Office.KID,
                        "time",
                        "2026-11-21T21:24:52.682Z",
                        "datacontenttype",
                        "application/json",
                        "data",
                        Map.of(
                                "sequence",
                                1L,
                                "scope",
                                "consumer",
                                "kid",
                                Office.KID.value(),
                                "readyAt",
                                READY.toString(),
                                "etag",
                                "e",
                                "reason",
                                "r")));
    }

    @Test
    void saysNothingOfAReadinessThatNobodyKnows() {
        AuditRecord record = record(AuditAction.KEY_PUBLISHED, Office.KID, Map.of());

        assertThat(new CloudEvents("s", (scope, kid) -> Optional.empty())
                        .of(record)
                        .orElseThrow()
                        .json())
                .doesNotContain("readyAt");
    }

    @Test
    void keepsWhoDidItAndOtherDetailsInTheHouse() {
        Map<String, String> details =
                Map.of("cause", "KEY", "invalid-from", "t", "reason", "stolen", "approved-by", "bob", "to", "X");

        Map<String, Object> event = json(record(AuditAction.KEY_REVOKED, Office.KID, details));

        assertThat(event.get("data"))
                .isEqualTo(Map.of(
                        "sequence",
                        1L,
                        "scope",
                        "consumer",
                        "kid",
                        Office.KID.value(),
                        "cause",
                        "KEY",
                        "invalidFrom",
                        "t",
                        "reason",
                        "stolen"));
        assertThat(event.toString()).doesNotContain("ann").doesNotContain("bob");
    }

    @Test
    void tellsAnAlarmOfAScope() {
        Map<String, String> details = Map.of("code", "no-standby", "severity", "CRITICAL", "message", "m");

        assertThat(json(record(AuditAction.ALARM_RAISED, null, details)))
                .containsEntry("subject", "consumer")
                .containsEntry("type", "dev.keymgr.alarm.raised")
                .extractingByKey("data")
                .isEqualTo(Map.of(
                        "sequence",
                        1L,
                        "scope",
                        "consumer",
                        "code",
                        "no-standby",
                        "severity",
                        "CRITICAL",
                        "message",
                        "m"));
    }

    /** The example of a hook in the reference looks for this. */
    @Test
    void writesWithoutWhiteSpace() {
        Map<String, String> details = Map.of("code", "no-standby", "severity", "CRITICAL", "message", "m");

        assertThat(EVENTS.of(record(AuditAction.ALARM_RAISED, null, details))
                        .orElseThrow()
                        .json())
                .contains("\"severity\":\"CRITICAL\"");
    }

    @Test
    void cutsALongTextBetweenCharacters() {
        String text = "x".repeat(999) + "\uD83D\uDD11".repeat(9_000);

        Notification event = EVENTS.of(record(AuditAction.KEY_REVOKED, Office.KID, Map.of("reason", text)))
                .orElseThrow();

        assertThat(event.json())
                .contains("\"reason\":\"" + "x".repeat(999) + "...\"")
                .hasSizeLessThan(2_000);
    }

    @Test
    void givesTwoStoresDifferentIdsForTheSamePlace() {
        AuditRecord one = record(AuditAction.KEY_REVOKED, Office.KID, Map.of("reason", "a"));
        AuditRecord other = record(AuditAction.KEY_REVOKED, Office.KID, Map.of("reason", "b"));

        assertThat(CloudEvents.id(one)).matches("1-[0-9a-f]{16}").isNotEqualTo(CloudEvents.id(other));
    }

    private static Map<String, Object> json(AuditRecord record) {
        return Json.parseObject(EVENTS.of(record).orElseThrow().json().getBytes(StandardCharsets.UTF_8));
    }

    private static AuditRecord record(AuditAction action, @Nullable Kid kid, Map<String, String> details) {
        AuditEvent event = AuditEvent.of(AT, "ann@host", action, Office.SCOPE, kid, details);
        return AuditChain.next(AuditChain.START, event);
    }
}
