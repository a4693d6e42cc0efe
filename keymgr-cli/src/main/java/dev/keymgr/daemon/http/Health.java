package dev.keymgr.daemon.http;

import java.util.List;

/**
 * An answer to a health check.
 *
 * @param ok 200 when true, else 503
 * @param reasons what is wrong, for people; empty when all is well
 */
public record Health(boolean ok, List<String> reasons) {
    public Health {
        reasons = List.copyOf(reasons);
    }

    /** All is well. */
    public static Health good() {
        return new Health(true, List.of());
    }
}
