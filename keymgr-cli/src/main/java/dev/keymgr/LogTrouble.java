package dev.keymgr;

import ch.qos.logback.core.status.Status;
import ch.qos.logback.core.status.StatusListener;

/** What is wrong with the logging itself, one line each on standard error. Made by logback by name. */
public final class LogTrouble implements StatusListener {
    /** Called by logback. */
    public LogTrouble() {}

    @Override
    public void addStatusEvent(Status status) {
        if (status.getEffectiveLevel() >= Status.WARN) {
            Throwable cause = status.getThrowable();
            System.err.println(
                    "keymgr: logging: " + OneLine.escape(status.getMessage() + (cause == null ? "" : ": " + cause)));
        }
    }
}
