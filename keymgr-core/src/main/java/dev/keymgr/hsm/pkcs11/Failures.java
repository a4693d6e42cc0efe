package dev.keymgr.hsm.pkcs11;

import dev.keymgr.hsm.HsmException;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.TokenLabel;
import org.jspecify.annotations.Nullable;

/** The words for what can go wrong, in one place, since the same things go wrong in several. */
final class Failures {
    private Failures() {}

    static HsmException unavailable(TokenLabel token, String fact, @Nullable Throwable cause) {
        return new HsmException(ErrorCode.TOKEN_UNAVAILABLE, token, fact, cause);
    }

    /** A module's answer that no repair has changed. */
    static HsmException of(TokenLabel token, CryptokiException answer) {
        if (answer.is(ReturnCode.Kind.LOST)) {
            return unavailable(
                    token,
                    "connected afresh, and it failed again (" + answer.getMessage() + "); see whether it is up",
                    answer);
        }
        return new HsmException(ErrorCode.TOKEN_REFUSED, token, String.valueOf(answer.getMessage()), answer);
    }

    static HsmException keyMissing(TokenLabel token, CkaId id) {
        return new HsmException(ErrorCode.TOKEN_KEY_MISSING, token, "there is no private key under CKA_ID " + id);
    }

    static HsmException selfTest(TokenLabel token, CkaId id, String fact) {
        return new HsmException(ErrorCode.TOKEN_SELF_TEST, token, "the key under CKA_ID " + id + ": " + fact);
    }

    static HsmException refused(TokenLabel token, String fact) {
        return new HsmException(ErrorCode.TOKEN_REFUSED, token, fact);
    }
}
