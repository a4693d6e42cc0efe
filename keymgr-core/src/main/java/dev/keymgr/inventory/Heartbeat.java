package dev.keymgr.inventory;

import java.time.Duration;
import java.time.Instant;

/**
 * The last sign of life of one daemon.
 *
 * @param daemon its name, the same after a restart: host and configuration file
 * @param startedAt of the process that beat last
 * @param beatAt when
 * @param allowance (m+1)·τ, the shortest of its scopes: older than this it is dead
 * @param role whether it works or stands by
 */
public record Heartbeat(String daemon, Instant startedAt, Instant beatAt, Duration allowance, Role role) {
    /** What a daemon does while it lives. */
    public enum Role {
        /** It advances the scopes. On a clustered scheduler every daemon does. */
        WORKS,
        /** Another holds the lease. */
        STANDS_BY
    }

    /** Whether it is silent for too long. A beat from the future is one of a wrong clock, and no sign of life. */
    public boolean isSilent(Instant now) {
        return beatAt.isAfter(now.plus(allowance)) || !now.isBefore(beatAt.plus(allowance));
    }
}
