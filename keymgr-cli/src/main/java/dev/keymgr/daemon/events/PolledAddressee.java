package dev.keymgr.daemon.events;

import dev.keymgr.audit.AuditRecord;
import dev.keymgr.daemon.notify.Addressee;
import dev.keymgr.daemon.notify.Answer;
import dev.keymgr.key.KeymgrException;
import java.time.Duration;

/** One that fetches: its tokens are signed ahead, so that no request waits for an authority. */
final class PolledAddressee implements Addressee {
    private final Outbox outbox;

    PolledAddressee(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public String name() {
        return outbox.name();
    }

    @Override
    public boolean wants(AuditRecord record) {
        return outbox.wants(record);
    }

    @Override
    public Duration pauseMax() {
        return PushedAddressee.PAUSE_MAX;
    }

    @Override
    public Answer deliver(AuditRecord record) {
        try {
            outbox.require(record);
            return Answer.DELIVERED;
        } catch (KeymgrException e) {
            return Answer.failed("not signed: " + e.code().id());
        }
    }
}
