package dev.keymgr.rollover;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;

/** A policy value out of its bounds. Carries the key, so that the reader of a file can name the line. */
public final class PolicyException extends KeymgrException {
    private static final long serialVersionUID = 1L;

    private final String key;
    private final String value;
    private final String bound;

    public PolicyException(String key, String value, String bound) {
        super(ErrorCode.POLICY_IMPOSSIBLE, key + " is " + value + "; allowed: " + bound);
        this.key = key;
        this.value = value;
        this.bound = bound;
    }

    /** The key below {@code policy}, dotted. */
    public String key() {
        return key;
    }

    public String value() {
        return value;
    }

    public String bound() {
        return bound;
    }
}
