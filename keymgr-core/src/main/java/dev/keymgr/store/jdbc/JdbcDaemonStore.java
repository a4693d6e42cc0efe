package dev.keymgr.store.jdbc;

import dev.keymgr.audit.Alarm;
import dev.keymgr.audit.Alarms;
import dev.keymgr.audit.AuditEvent;
import dev.keymgr.audit.Deliveries;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.inventory.Heartbeats;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What only daemons and watchers need of a store, over the same two connections. Safe for many threads. */
public final class JdbcDaemonStore implements Heartbeats, Alarms, Deliveries {
    private final Transactions transactions;

    JdbcDaemonStore(Transactions transactions) {
        this.transactions = transactions;
    }

    @Override
    public List<Heartbeat> heartbeats() {
        return transactions.read("read the heartbeats", connection -> new HeartbeatTables(connection).list());
    }

    @Override
    public void beat(Heartbeat heartbeat) {
        transactions.write("write a heartbeat", connection -> {
            new HeartbeatTables(connection).put(heartbeat);
            return true;
        });
    }

    @Override
    public void leave(String daemon) {
        transactions.write("remove a heartbeat", connection -> {
            new HeartbeatTables(connection).delete(daemon);
            return true;
        });
    }

    @Override
    public boolean lease(String holder, Instant now, Duration term) {
        return transactions.write(
                "take the lease", connection -> new HeartbeatTables(connection).lease(holder, now, term));
    }

    @Override
    public void release(String holder) {
        transactions.write("release the lease", connection -> {
            new HeartbeatTables(connection).release(holder);
            return true;
        });
    }

    @Override
    public List<Alarm> open() {
        return transactions.read("read the alarms", connection -> new AlarmTables(connection).open());
    }

    @Override
    public void change(List<Alarm> raised, List<Alarm> cleared, String actor, Instant at) {
        if (raised.isEmpty() && cleared.isEmpty()) {
            return;
        }
        transactions.write("record an alarm", connection -> {
            List<AuditEvent> events = new AlarmTables(connection).change(raised, cleared, actor, at);
            AuditTable audit = new AuditTable(connection);
            audit.append(audit.head(transactions.headQuery()), events);
            return true;
        });
    }

    @Override
    public Optional<Mark> find(String receiver) {
        return transactions.read("read a mark", connection -> new AlarmTables(connection).mark(receiver));
    }

    @Override
    public void set(Mark mark) {
        transactions.write("write a mark", connection -> {
            new AlarmTables(connection).put(mark);
            return true;
        });
    }
}
