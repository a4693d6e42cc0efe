package dev.keymgr.store.jdbc;

import org.flywaydb.core.api.logging.Log;

/** Says nothing. */
final class SilentLog implements Log {
    @Override
    public void debug(String message) {}

    @Override
    public void info(String message) {}

    @Override
    public void warn(String message) {}

    @Override
    public void error(String message) {}

    @Override
    public void error(String message, Exception e) {}

    @Override
    public void notice(String message) {}
}
