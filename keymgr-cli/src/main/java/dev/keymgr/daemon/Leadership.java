package dev.keymgr.daemon;

import dev.keymgr.daemon.metrics.Metrics;
import dev.keymgr.inventory.Heartbeat;
import dev.keymgr.inventory.Heartbeat.Role;
import dev.keymgr.inventory.Heartbeats;
import dev.keymgr.key.KeymgrException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this daemon works or stands by. Where one file serves them all the holder of the lease works; on a clustered
 * scheduler everyone does. That two might think they work is harmless: a scope has one lock. For many threads.
 */
final class Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    /** How many daemons may work. */
    enum Election {
        ONE,
        EVERYONE
    }

    private final Heartbeats heartbeats;
    private final Clock clock;
    private final String daemon;
    private final String process;
    private final Election election;
    private final Duration term;
    private final Duration allowance;
    private final Instant startedAt;
    private final Metrics metrics;
    private final Board board;
    private volatile boolean leads;
    private volatile boolean told;
    private volatile boolean isSignedOn;

    /**
     * @param daemon the same after a restart
     * @param process never the same again
     * @param term of the lease; it is renewed well within
     * @param allowance how long it may be silent
     */
    Leadership(
            Heartbeats heartbeats,
            Clock clock,
            String daemon,
            String process,
            Election election,
            Duration term,
            Duration allowance,
            Metrics metrics,
            Board board) {
        this.heartbeats = heartbeats;
        this.clock = clock;
        this.daemon = daemon;
        this.process = process;
        this.election = election;
        this.term = term;
        this.allowance = allowance;
        this.startedAt = clock.instant();
        this.metrics = metrics;
        this.board = board;
    }

    /** Renews the lease and records the sign of life. A store that is down ends the leadership until it is back. */
    void renew() {
        boolean did = leads;
        isSignedOn = true;
        try {
            leads = election == Election.EVERYONE || heartbeats.lease(process, clock.instant(), term);
            Heartbeat beat =
                    new Heartbeat(daemon, startedAt, clock.instant(), allowance, leads ? Role.WORKS : Role.STANDS_BY);
            heartbeats.beat(beat);
            metrics.beat(beat);
            board.storeTakesWrites();
        } catch (KeymgrException e) {
            leads = false;
            metrics.failed(null, e);
            board.storeRefusesWrites(String.valueOf(e.getMessage()));
            LOG.error("no heartbeat: {} [{}]", e.getMessage(), e.code().id());
            if (!did) {
                return; // nobody knows who works
            }
        }
        if (leads != did || !told) {
            told = true;
            LOG.info(leads ? "this daemon works" : "this daemon stands by: another one works, or did a moment ago");
        }
    }

    boolean leads() {
        return leads;
    }

    /** On purpose: another may work at once, and nobody misses this one. Nothing where it never signed on. */
    void resign() {
        if (!isSignedOn) {
            return;
        }
        leads = false;
        try {
            heartbeats.release(process);
            heartbeats.leave(daemon);
        } catch (KeymgrException e) {
            LOG.warn("could not sign off: {} [{}]", e.getMessage(), e.code().id());
        }
    }
}
