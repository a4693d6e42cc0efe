package dev.keymgr.store.jdbc;

import java.sql.SQLException;

/** A commit whose answer never came: it may have happened. */
final class OutcomeUnknownException extends SQLException {
    private static final long serialVersionUID = 1L;

    OutcomeUnknownException(SQLException cause) {
        super(cause.getMessage(), cause.getSQLState(), cause.getErrorCode(), cause);
    }
}
