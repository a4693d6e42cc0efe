package dev.keymgr.daemon.events;

import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.audit.SecurityEvents.Party;
import dev.keymgr.audit.SecurityEvents.Sent;
import dev.keymgr.daemon.events.Mailroom.Reply;
import dev.keymgr.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a party fetches the security events that it is owed. Every token was signed before; the store alone is touched.
 *
 * @standard RFC 8936 s. 2
 */
record PollDesk(Party party, SecurityEvents events, Clock clock) implements Desk {
    /** Below {@code /SCOPE/}: {@code events/NAME}. */
    static final String FOLDER = "events/";

    @Override
    public Reply answer(byte[] request) {
        return Poll.parse(request).map(this::answer).orElse(Reply.UNREADABLE);
    }

    private Reply answer(Poll poll) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        String actor = Outbox.nameOf(party);
        events.acknowledge(party, poll.acknowledged(), now, actor);
        // A crash before the next line: the party gets no answer, and says it again.
        poll.refused().forEach((jti, code) -> events.refuse(party, jti, code, now, actor));
        List<Sent> offered = events.offered(party, poll.eventsMax() + 1);
        Map<String, Object> sets = new LinkedHashMap<>();
        offered.stream().limit(poll.eventsMax()).forEach(sent -> sets.put(sent.jti(), sent.token()));
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("sets", sets);
        answer.put("moreAvailable", offered.size() > poll.eventsMax());
        return new Reply(200, new String(Json.render(answer), StandardCharsets.UTF_8));
    }
}
