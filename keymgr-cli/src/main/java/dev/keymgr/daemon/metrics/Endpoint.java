package dev.keymgr.daemon.metrics;

import java.util.Locale;

/** What was asked for over HTTP. A request for nothing that exists is {@link #OTHER}, so that clients cannot add labels. */
public enum Endpoint {
    JWKS,
    SIGNED_JWKS,
    HISTORY,
    REVOCATIONS,
    DISCOVERY,
    HEALTH,
    READINESS,
    METRICS,
    DASHBOARD,
    EVENTS,
    OTHER;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
