package dev.keymgr.daemon.metrics;

/** Whether someone fetches a scope's document as verifiers do. */
public enum Probing {
    /** Public URLs are configured: a listed key that was seen at none of them lags. */
    PROBED,
    /** None is: there is nothing to wait for. */
    UNPROBED
}
