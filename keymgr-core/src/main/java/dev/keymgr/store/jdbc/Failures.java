package dev.keymgr.store.jdbc;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.sql.SQLException;

/** Says in keymgr's words what a database meant. Wraps once, at this edge, and keeps the cause. */
final class Failures {
    private final Dialect dialect;

    Failures(Dialect dialect) {
        this.dialect = dialect;
    }

    /**
     * The exception for callers.
     *
     * @param doing what was tried, beginning with a verb
     */
    KeymgrException explain(String doing, SQLException failure) {
        if (failure instanceof OutcomeUnknownException) {
            return new KeymgrException(
                    ErrorCode.STORE_UNAVAILABLE,
                    "could not " + doing + " for certain: the store " + dialect.place()
                            + " broke off during the commit; it may or may not have been written;"
                            + " read the state again before acting on it",
                    failure);
        }
        Trouble trouble = dialect.troubleOf(failure);
        return new KeymgrException(
                trouble == Trouble.REFUSED ? ErrorCode.CHECK_FAILED : ErrorCode.STORE_UNAVAILABLE,
                "could not " + doing + ": the store " + dialect.place() + " " + trouble.fact() + said(trouble, failure)
                        + "; nothing was written; " + trouble.wayOut(),
                failure);
    }

    /** Values that no release of keymgr writes: someone else did, or the disk is failing. */
    KeymgrException unreadable(String doing, RuntimeException cause) {
        return new KeymgrException(
                ErrorCode.STORE_UNAVAILABLE,
                "could not " + doing + ": the store " + dialect.place() + " holds what keymgr would not have written ("
                        + cause.getMessage() + "); nothing was written; restore the last backup",
                cause);
    }

    private static String said(Trouble trouble, SQLException failure) {
        return trouble == Trouble.OTHER || trouble == Trouble.REFUSED
                ? " (" + firstLine(String.valueOf(failure.getMessage())) + ")"
                : "";
    }

    private static String firstLine(String message) {
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}
