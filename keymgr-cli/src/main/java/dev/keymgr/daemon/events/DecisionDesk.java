package dev.keymgr.daemon.events;

import dev.keymgr.audit.SecurityEvents.Party;
import dev.keymgr.daemon.events.DecisionIntake.Outcome;
import dev.keymgr.daemon.events.Mailroom.Reply;
import dev.keymgr.json.Json;
import dev.keymgr.json.JsonException;
import dev.keymgr.token.Decision;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where a party leaves its decisions: all of a request, or none. It speaks for itself and for its scope alone. */
record DecisionDesk(Party party, DecisionIntake intake) implements Desk {
    /** Below {@code /SCOPE/}: {@code decisions/NAME}. */
    static final String FOLDER = "decisions/";

    @Override
    public Reply answer(byte[] request) {
        List<Decision> decisions = new ArrayList<>();
        try {
            if (!(Json.parseObject(request).get("decisions") instanceof List<?> several)) {
                throw new IllegalArgumentException("there is no array decisions");
            }
            for (Object each : several) {
                decisions.add(decision(each, decisions.size()));
            }
        } catch (JsonException | IllegalArgumentException e) {
            return reply(400, Map.of("error", String.valueOf(e.getMessage())));
        }
        Outcome outcome = intake.take(decisions);
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("taken", (long) decisions.size());
        answer.put("misuses", (long) outcome.found().size());
        return reply(200, answer);
    }

    private Decision decision(Object written, int index) {
        if (!(written instanceof Map<?, ?> members)) {
            throw new IllegalArgumentException("decision " + index + " is no object");
        }
        Decision decision;
        try {
            decision = Decision.of(members);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("decision " + index + ": " + e.getMessage(), e);
        }
        if (!decision.verifier().equals(party.name()) || !decision.scope().equals(party.scope())) {
            throw new IllegalArgumentException(
                    "decision " + index + " is not of verifier " + party.name() + " in scope " + party.scope());
        }
        return decision;
    }

    private static Reply reply(int status, Map<String, Object> json) {
        return new Reply(status, new String(Json.render(json), StandardCharsets.UTF_8));
    }
}
