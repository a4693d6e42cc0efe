package dev.keymgr.command;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.token.Verdict;

/** The one table from what happened to the exit code. Documented in docs/reference/exit-codes.md. */
public final class ExitCodes {
    public static final int DONE = 0;
    public static final int CHECK_FAILED = 1;
    public static final int USAGE = 2;

    private ExitCodes() {}

    public static int of(ErrorCode code) {
        return switch (code) {
            case CHECK_FAILED, AUDIT_BROKEN -> CHECK_FAILED;
            case CONFIG_INVALID, USAGE, POLICY_IMPOSSIBLE, KEY_UNKNOWN, CLAIMS_REFUSED -> USAGE;
            case TOO_EARLY -> 20;
            case ILLEGAL_TRANSITION -> 21;
            case APPROVAL_MISSING -> 22;
            case CLOCK_WENT_BACK, STALE -> 40;
            case TOKEN_UNAVAILABLE, TOKEN_MODULE, TOKEN_LOGIN, TOKEN_REFUSED, TOKEN_KEY_MISSING, TOKEN_SELF_TEST -> 50;
            case STORE_UNAVAILABLE, STORE_SCHEMA, STORE_CONFLICT, SCOPE_BUSY -> 51;
            case PUBLICATION_FAILED, DOCUMENT_REFUSED -> 52;
        };
    }

    public static int of(Verdict verdict) {
        return switch (verdict) {
            case ACCEPTED -> DONE;
            case CROSS_SCOPE -> 31;
            case REVOKED_KEY, EXPIRED_KEY -> 32;
            case UNKNOWN_KEY,
                    BAD_SIGNATURE,
                    MALFORMED,
                    WRONG_ISSUER,
                    WRONG_AUDIENCE,
                    WRONG_TYPE,
                    WRONG_SCOPE,
                    OUTSIDE_TIME -> 33;
        };
    }
}
