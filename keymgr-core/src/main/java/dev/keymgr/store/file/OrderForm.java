package dev.keymgr.store.file;

import dev.keymgr.authority.SignedDocuments;
import dev.keymgr.inventory.EmergencyOrder;
import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.Generation;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** An order as JSON: short enough to be read, and if need be written, by a person. */
final class OrderForm {
    private static final Set<String> MEMBERS =
            Set.of("scope", "kids", "reason", "cause", "invalidFrom", "at", "actor", "document");
    private static final String SIGNED = "signed";

    private OrderForm() {}

    static byte[] render(EmergencyOrder order) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("scope", order.scope().value());
        members.put("kids", order.kids().stream().map(Kid::value).toList());
        members.put("reason", order.record().reason());
        members.put("cause", order.record().cause().name());
        members.put("invalidFrom", order.record().invalidFrom().toString());
        members.put("at", order.at().toString());
        members.put("actor", order.actor());
        members.put("document", order.document().value());
        SignedDocuments signed = order.signed();
        if (signed != null) {
            members.put(SIGNED, members(signed));
        }
        return Json.renderPretty(members).concat("\n").getBytes(StandardCharsets.UTF_8);
    }

    private static Map<String, Object> members(SignedDocuments signed) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("sequence", signed.sequence());
        members.put("authority", signed.authority().value());
        members.put("basis", signed.basis());
        members.put("signedAt", signed.signedAt().toString());
        members.put("expiresAt", signed.expiresAt().toString());
        members.put("keys", signed.keys());
        members.put("history", signed.history());
        members.put("revocations", signed.revocations());
        return members;
    }

    private static SignedDocuments signed(ScopeName scope, Map<?, ?> members) {
        if (!(members.get("sequence") instanceof Long sequence)) {
            throw new IllegalArgumentException("the signed documents have no sequence");
        }
        return new SignedDocuments(
                scope,
                sequence,
                new Kid(text(members, "authority")),
                text(members, "basis"),
                Instant.parse(text(members, "signedAt")),
                Instant.parse(text(members, "expiresAt")),
                text(members, "keys"),
                text(members, "history"),
                text(members, "revocations"));
    }

    /** @throws IllegalArgumentException when it is none */
    static EmergencyOrder parse(byte[] bytes) {
        try {
            Map<String, Object> members = new LinkedHashMap<>(Json.parseObject(bytes));
            Object signed = members.remove(SIGNED);
            if (!members.keySet().equals(MEMBERS)
                    || !(members.get("kids") instanceof List<?> kids)
                    || !(members.get("document") instanceof Long document)) {
                throw new IllegalArgumentException("not the members of an order");
            }
            Set<Kid> named = new TreeSet<>();
            kids.forEach(kid -> named.add(new Kid(String.valueOf(kid))));
            Compromise record = new Compromise(
                    text(members, "reason"),
                    Compromise.Cause.valueOf(text(members, "cause")),
                    Instant.parse(text(members, "invalidFrom")));
            EmergencyOrder order = new EmergencyOrder(
                    new ScopeName(text(members, "scope")),
                    new TreeSet<>(named),
                    record,
                    Instant.parse(text(members, "at")),
                    text(members, "actor"),
                    new Generation(document));
            return signed instanceof Map<?, ?> documents ? order.with(signed(order.scope(), documents)) : order;
        } catch (JsonException | DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static String text(Map<?, ?> members, String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("'" + name + "' is no text");
    }
}
