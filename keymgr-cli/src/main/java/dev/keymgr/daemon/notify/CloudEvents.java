package dev.keymgr.daemon.notify;

import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.AuditRecord;
import dev.keymgr.config.EventType;
import dev.keymgr.json.Json;
import dev.keymgr.key.Kid;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes records as events. Safe for many threads.
 *
 * @param source who tells: a URI, such as the issuer's, the same from every daemon on one store
 * @standard CloudEvents 1.0.2, "Context Attributes"
 * @standard CloudEvents JSON format 1.0.2 s. 3
 */
public record CloudEvents(String source, ReadyTimes readyTimes) {
    static final String TYPE_PREFIX = "dev.keymgr.";

    /** Of a record's hash: two stores of one source, an old one and its successor, must not use one id twice. */
    private static final int HASH_LENGTH = 16;

    /** Of one detail. Keeps an event well below the 20 KB that receivers are told to expect, and below a pipe's buffer. */
    private static final int TEXT_MAX = 1_000;

    /** Empty for a record that is not told. */
    Optional<Notification> of(AuditRecord record) {
        return EventTable.of(record.event().action()).map(row -> of(record, row));
    }

    /** Of a record: the same for ever, and no other's; of digits, lower-case letters and a hyphen. */
    public static String id(AuditRecord record) {
        return record.sequence() + "-" + record.hash().substring(0, HASH_LENGTH);
    }

    private Notification of(AuditRecord record, EventTable row) {
        AuditEvent event = record.event();
        Kid kid = event.kid();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("specversion", "1.0");
        json.put("id", id(record));
        json.put("source", source);
        json.put("type", TYPE_PREFIX + row.type().id());
        json.put("subject", kid == null ? event.scope().value() : event.scope() + "/" + kid.value());
        json.put("time", event.at().toString());
        json.put("datacontenttype", "application/json");
        json.put("data", data(record, row));
        return new Notification(id(record), row.type(), new String(Json.render(json), StandardCharsets.UTF_8));
    }

    private Map<String, Object> data(AuditRecord record, EventTable row) {
        AuditEvent event = record.event();
        Kid kid = event.kid();
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("sequence", record.sequence());
        data.put("scope", event.scope().value());
        if (kid != null) {
            data.put("kid", kid.value());
            if (row.type() == EventType.KEY_PUBLISHED) {
                readyTimes.readyAt(event.scope(), kid).ifPresent(at -> data.put("readyAt", at.toString()));
            }
        }
        for (String detail : row.details()) {
            String text = event.details().get(detail);
            if (text != null) {
                data.put(member(detail), bounded(text));
            }
        }
        return data;
    }

    /** {@code invalid-from} as {@code invalidFrom}, as everywhere in our JSON. */
    static String member(String detail) {
        StringBuilder name = new StringBuilder();
        for (String word : detail.split("-", -1)) {
            name.append(name.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
        }
        return name.toString();
    }

    private static String bounded(String text) {
        if (text.length() <= TEXT_MAX) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(TEXT_MAX - 1)) ? TEXT_MAX - 1 : TEXT_MAX;
        return text.substring(0, end) + "...";
    }
}
