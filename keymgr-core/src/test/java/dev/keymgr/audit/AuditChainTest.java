package dev.keymgr.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.audit.AuditChain.Break;
import dev.keymgr.audit.AuditChain.Head;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class AuditChainTest {
    private static final ScopeName CONSUMER = new ScopeName("consumer");
    private static final Kid KID = new Kid("A".repeat(43));

    @Test
    void spellsAnEventInOneWayOnly() {
        AuditEvent event = AuditEvent.of(
                Instant.parse("2026-01-02T03:04:05.000000006Z"),
                "ann@host",
                AuditAction.KEY_REVOKED,
                CONSUMER,
                KID,
                Map.of("reason", "stolen \"key\"\n\u0001é/𝄞", "cause", "TOKEN"));

        assertThat(CanonicalJson.event(event))
                .isEqualTo(
                        "{\"action\":\"key.revoked\",\"actor\":\"ann@host\",\"at\":\"2026-01-02T03:04:05.000000006Z\","
                                + "\"details\":{\"cause\":\"TOKEN\",\"reason\":\"stolen \\\"key\\\"\\n\\u0001é/𝄞\"},"
                                + "\"kid\":\"" + KID + "\",\"scope\":\"consumer\"}");
    }

    @Test
    void leavesOutTheKidOfAnEventOfNoKey() {
        assertThat(CanonicalJson.event(event(1, null))).doesNotContain("kid");
    }

    /** Taken with: printf '%s\n%s' 000..0 '{"action":...}' | sha256sum. Must never change: old chains depend on it. */
    @Test
    void hashesTheFirstEventToAKnownValue() {
        AuditRecord first = AuditChain.next((AuditRecord) null, event(1, null));

        assertThat(CanonicalJson.event(first.event()))
                .isEqualTo("{\"action\":\"hold.set\",\"actor\":\"ann\",\"at\":\"1970-01-01T00:00:01Z\","
                        + "\"details\":{\"n\":\"1\"},\"scope\":\"consumer\"}");
        assertThat(first.sequence()).isEqualTo(1);
        assertThat(first.previousHash()).isEqualTo("0".repeat(64));
        assertThat(first.hash()).isEqualTo("0986fb0eee63e40647e1cf8be7132e51bb4e77064ced795dba5c3d78c9f3c5f5");
    }

    @Test
    void findsNoBreakInAWholeChain() {
        assertThat(AuditChain.firstBreak(List.of())).isEmpty();
        assertThat(AuditChain.firstBreak(chain(20))).isEmpty();
        assertThat(AuditChain.firstBreakAfter(
                        Head.of(chain(20).get(6)), chain(20).subList(7, 20)))
                .isEmpty();
    }

    @Test
    void findsAnEditedEventEvenWhenItsOwnHashWasMended() {
        List<AuditRecord> edited = chain(10);
        AuditRecord old = edited.get(4);
        edited.set(4, new AuditRecord(5, event(99, null), old.previousHash(), old.hash()));
        assertThat(AuditChain.firstBreak(edited)).map(Break::sequence).contains(5L);

        edited.set(4, AuditChain.next(Head.of(edited.get(3)), event(99, null)));
        assertThat(AuditChain.firstBreak(edited)).map(Break::sequence).contains(6L);
    }

    @Test
    void findsADeletedRecordAlsoAfterTheRestWasRenumbered() {
        List<AuditRecord> shorter = chain(10);
        shorter.remove(4);
        assertThat(AuditChain.firstBreak(shorter)).map(Break::sequence).contains(5L);

        List<AuditRecord> renumbered = new ArrayList<>();
        for (AuditRecord record : shorter) {
            renumbered.add(
                    new AuditRecord(renumbered.size() + 1L, record.event(), record.previousHash(), record.hash()));
        }
        assertThat(AuditChain.firstBreak(renumbered)).map(Break::sequence).contains(5L);
    }

    @Test
    void findsTwoRecordsInEachOthersPlace() {
        List<AuditRecord> swapped = chain(10);
        Collections.swap(swapped, 6, 7);

        assertThat(AuditChain.firstBreak(swapped)).map(Break::sequence).contains(7L);
    }

    @Test
    void findsACutTailOnlyAgainstARememberedHead() {
        List<AuditRecord> whole = chain(10);
        Head remembered = Head.of(whole.get(9));

        assertThat(AuditChain.firstBreak(whole.subList(0, 7))).isEmpty();
        assertThat(AuditChain.firstBreak(whole.subList(0, 7), remembered))
                .map(Break::sequence)
                .contains(8L);
        assertThat(AuditChain.firstBreak(List.of(), remembered))
                .map(Break::sequence)
                .contains(1L);
        assertThat(AuditChain.firstBreak(whole, remembered)).isEmpty();
        assertThat(AuditChain.firstBreak(chain(15), remembered)).isEmpty();
    }

    @Test
    void findsAWholeChainPutInThePlaceOfTheRememberedOne() {
        Head remembered = Head.of(chain(10).get(5));
        List<AuditRecord> forged = new ArrayList<>();
        Head head = AuditChain.START;
        for (int i = 0; i < 10; i++) {
            forged.add(AuditChain.next(head, event(i + 100, null)));
            head = Head.of(forged.get(i));
        }

        assertThat(AuditChain.firstBreak(forged)).isEmpty();
        assertThat(AuditChain.firstBreak(forged, remembered))
                .map(Break::sequence)
                .contains(6L);
    }

    @Test
    void findsAnySingleChangeOfAnyRecord() {
        Random random = new Random(20260101);
        for (int round = 0; round < 200; round++) {
            List<AuditRecord> records = chain(12);
            int at = random.nextInt(12);
            AuditRecord old = records.get(at);
            records.set(at, mutated(old, random.nextInt(6)));

            assertThat(AuditChain.firstBreak(records))
                    .as("round %d", round)
                    .map(Break::sequence)
                    .contains(at + 1L);
        }
    }

    private static AuditRecord mutated(AuditRecord old, int how) {
        AuditEvent event = old.event();
        AuditEvent changed = switch (how) {
            case 0 ->
                new AuditEvent(
                        event.at().plusNanos(1),
                        event.actor(),
                        event.action(),
                        event.scope(),
                        event.kid(),
                        event.details());
            case 1 -> new AuditEvent(event.at(), "eve", event.action(), event.scope(), event.kid(), event.details());
            case 2 ->
                new AuditEvent(
                        event.at(),
                        event.actor(),
                        AuditAction.HOLD_RELEASED,
                        event.scope(),
                        event.kid(),
                        event.details());
            case 3 ->
                new AuditEvent(
                        event.at(),
                        event.actor(),
                        event.action(),
                        new ScopeName("enterprise"),
                        event.kid(),
                        event.details());
            case 4 -> new AuditEvent(event.at(), event.actor(), event.action(), event.scope(), KID, event.details());
            default ->
                new AuditEvent(event.at(), event.actor(), event.action(), event.scope(), event.kid(), new TreeMap<>());
        };
        return new AuditRecord(old.sequence(), changed, old.previousHash(), old.hash());
    }

    @Test
    void readsBackEveryStringItWrote() {
        Random random = new Random(8785);
        for (int round = 0; round < 500; round++) {
            TreeMap<String, String> members = new TreeMap<>();
            for (int i = random.nextInt(5); i > 0; i--) {
                members.put(text(random), text(random));
            }

            assertThat(CanonicalJson.parseObject(CanonicalJson.object(members))).isEqualTo(members);
        }
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int point = random.nextBoolean() ? random.nextInt(0x80) : random.nextInt(Character.MAX_CODE_POINT + 1);
            text.appendCodePoint(point >= 0xD800 && point <= 0xDFFF ? 'x' : point);
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "{} ",
                "{ }",
                "{\"a\"}",
                "{\"a\":1}",
                "{\"a\":\"b\",}",
                "{\"b\":\"1\",\"a\":\"2\"}",
                "{\"a\":\"1\",\"a\":\"2\"}",
                "{\"a\":\"\\u0041\"}",
                "{\"a\":\"\\u001F\"}",
                "{\"a\":\"\\/\"}",
                "{\"a\":\"\n\"}",
                "{\"a\":\"b",
                "{\"a\":\"b\"}x"
            })
    void refusesDetailsThatItWouldNotHaveWritten(String json) {
        assertThatThrownBy(() -> CanonicalJson.parseObject(json)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesHalfASurrogatePair() {
        TreeMap<String, String> broken = new TreeMap<>(Map.of("a", "\uD834"));

        assertThatThrownBy(() -> CanonicalJson.object(broken)).isInstanceOf(IllegalArgumentException.class);
    }

    private static List<AuditRecord> chain(int length) {
        List<AuditRecord> records = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            records.add(AuditChain.next(i == 0 ? AuditChain.START : Head.of(records.get(i - 1)), event(i + 1, null)));
        }
        return records;
    }

    private static AuditEvent event(int n, @Nullable Kid kid) {
        return AuditEvent.of(
                Instant.ofEpochSecond(n), "ann", AuditAction.HOLD_SET, CONSUMER, kid, Map.of("n", Integer.toString(n)));
    }
}
