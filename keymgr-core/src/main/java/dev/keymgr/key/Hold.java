package dev.keymgr.key;

import java.time.Instant;

/**
 * A named, expiring instruction that forbids removal or destruction of a key. It never forbids a revocation.
 *
 * @param until exclusive: at this instant the hold is over
 */
public record Hold(Kid kid, String owner, String reason, Instant until) {
    public Hold {
        if (owner.isBlank() || reason.isBlank()) {
            throw new IllegalArgumentException("a hold names its owner and its reason");
        }
    }

    public boolean isInForce(Instant now) {
        return now.isBefore(until);
    }
}
