package dev.keymgr.daemon.metrics;

import java.util.Locale;

/** Why the daemon itself made a signature. Those of issuers are made in their own processes and not counted here. */
public enum Purpose {
    /** Proof that a new key works, before anyone depends on it. */
    SELF_TEST,
    /** A token verified against the published document before its key may sign. */
    CANARY;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
