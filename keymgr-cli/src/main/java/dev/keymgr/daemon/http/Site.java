package dev.keymgr.daemon.http;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the server shows. Every method answers from memory at once, is called by several threads, and never throws: the
 * thread that asks is the one that reads the network, so an answer that waits holds up other clients.
 */
public interface Site {
    /** Empty when there is no such scope, or the scope has none of that kind. */
    Optional<ServedDocument> document(String scope, Kind kind);

    /** Whether the process lives; a false one asks to be restarted. */
    Health health();

    /** Whether everything is as it should be: no step late, token and store there, a standby in each scope. */
    Health readiness();

    /** Prometheus text, version 0.0.4, in UTF-8. */
    byte[] metrics();

    Page dashboard(Reading reading);

    /** Whether something is posted at a path below a scope, whoever may do it. */
    boolean takes(String path);

    /**
     * Where something may be posted; empty for a client that is not recognised, and likewise where there is nothing.
     *
     * @param path one that {@link #takes} knows
     * @param authorization the header as it was sent
     */
    Optional<Intake> intake(String scope, String path, @Nullable String authorization);

    /** How someone reads the dashboard. */
    enum Reading {
        /** The page loads itself again. */
        FOLLOW,
        /** It stands still, for who moves through it by keyboard. */
        STILL
    }
}
