package dev.keymgr.key;

import java.time.Instant;

/** Refused because its time has not come. Nothing was changed; the same call succeeds from {@link #earliest()} on. */
public final class TooEarlyException extends KeymgrException {
    private static final long serialVersionUID = 1L;

    private final Instant earliest;

    public TooEarlyException(String message, Instant earliest) {
        super(ErrorCode.TOO_EARLY, message);
        this.earliest = earliest;
    }

    public Instant earliest() {
        return earliest;
    }
}
