package dev.keymgr.daemon.events;

import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** A real store that breaks just before an acknowledgement is written. */
record FailingEvents(SecurityEvents real) implements SecurityEvents {
    @Override
    public void keep(Sent sent) {
        real.keep(sent);
    }

    @Override
    public Optional<Sent> find(Party party, long sequence) {
        return real.find(party, sequence);
    }

    @Override
    public int acknowledge(Party party, Collection<String> jtis, Instant at, String actor) {
        throw new KeymgrException(ErrorCode.STORE_UNAVAILABLE, "crash");
    }

    @Override
    public void refuse(Party party, String jti, String reason, Instant at, String actor) {
        real.refuse(party, jti, reason, at, actor);
    }

    @Override
    public List<Sent> offered(Party party, int limit) {
        return real.offered(party, limit);
    }

    @Override
    public List<Sent> outstanding(Party party, int limit) {
        return real.outstanding(party, limit);
    }

    @Override
    public List<Sent> about(Kid kid) {
        return real.about(kid);
    }

    @Override
    public Optional<Instant> lastAcknowledged(Party party) {
        return real.lastAcknowledged(party);
    }
}
