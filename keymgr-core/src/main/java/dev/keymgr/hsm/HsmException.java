package dev.keymgr.hsm;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.TokenLabel;
import org.jspecify.annotations.Nullable;

/** A token did not do what it was asked. Its code is one of the TOKEN_ codes. */
public final class HsmException extends KeymgrException {
    private static final long serialVersionUID = 1L;

    private final transient TokenLabel token;

    public HsmException(ErrorCode code, TokenLabel token, String message, @Nullable Throwable cause) {
        super(code, "token " + token + ": " + message, cause);
        this.token = token;
    }

    public HsmException(ErrorCode code, TokenLabel token, String message) {
        this(code, token, message, null);
    }

    public TokenLabel token() {
        return token;
    }
}
