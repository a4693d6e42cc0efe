package dev.keymgr.daemon.dashboard;

/** What a key is doing in one stretch of its life, as a timeline draws it. Each has its own form besides its colour. */
enum Phase {
    GENERATED("generated", "exists, not published"),
    PUBLISHED("published", "published, not READY"),
    STANDBY("ready", "published, READY"),
    ACTIVE("signs", "signs"),
    SUSPENDED("suspended", "suspended"),
    RETIRED("retired", "retired, still published"),
    REVOKED("revoked", "revoked"),
    REMOVED("removed", "removed");

    private final String label;
    private final String meaning;

    Phase(String label, String meaning) {
        this.label = label;
        this.meaning = meaning;
    }

    /** One word, for a bar. */
    String label() {
        return label;
    }

    String meaning() {
        return meaning;
    }

    /** The name of its style. */
    String style() {
        return switch (this) {
            case GENERATED -> "gen";
            case PUBLISHED -> "pub";
            case STANDBY -> "rdy";
            case ACTIVE -> "act";
            case SUSPENDED -> "sus";
            case RETIRED -> "ret";
            case REVOKED -> "rev";
            case REMOVED -> "rem";
        };
    }

    /** Whether it is drawn as a thin line: the key is in no document. */
    boolean isThin() {
        return this == GENERATED || this == REMOVED;
    }
}
