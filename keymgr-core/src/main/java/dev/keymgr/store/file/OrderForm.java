package dev.keymgr.store.file;

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
        return Json.renderPretty(members).concat("\n").getBytes(StandardCharsets.UTF_8);
    }

    /** @throws IllegalArgumentException when it is none */
    static EmergencyOrder parse(byte[] bytes) {
        try {
            Map<String, Object> members = Json.parseObject(bytes);
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
            return new EmergencyOrder(
                    new ScopeName(text(members, "scope")),
                    new TreeSet<>(named),
                    record,
                    Instant.parse(text(members, "at")),
                    text(members, "actor"),
                    new Generation(document));
        } catch (JsonException | DateTimeException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static String text(Map<String, Object> members, String name) {
        if (members.get(name) instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("'" + name + "' is no text");
    }
}
