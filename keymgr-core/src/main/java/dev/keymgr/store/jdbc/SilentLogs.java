package dev.keymgr.store.jdbc;

import org.flywaydb.core.api.logging.Log;
import org.flywaydb.core.api.logging.LogCreator;

/** Standard output is data: the migrator keeps quiet, its failures arrive as exceptions. Public for its sake: it makes one. */
public final class SilentLogs implements LogCreator {
    @Override
    public Log createLogger(Class<?> type) {
        return new SilentLog();
    }
}
