package dev.keymgr.key;

import org.jspecify.annotations.Nullable;

/**
 * The one unchecked error root. The message says what happened, what state things are in and what to do; it never holds
 * a PIN, a token body or private key material.
 */
public class KeymgrException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public KeymgrException(ErrorCode code, String message) {
        this(code, message, null);
    }

    public KeymgrException(ErrorCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public final ErrorCode code() {
        return code;
    }
}
