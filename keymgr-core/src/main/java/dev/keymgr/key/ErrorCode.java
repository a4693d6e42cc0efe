package dev.keymgr.key;

/**
 * Stable codes of everything that can go wrong. Scripts may rely on {@link #id()}; the exit code of each is one table
 * in the command line, the text of each one page in the reference.
 */
public enum ErrorCode {
    CONFIG_INVALID("KM-CONFIG"),
    USAGE("KM-USAGE"),
    POLICY_IMPOSSIBLE("KM-POLICY"),
    KEY_UNKNOWN("KM-KEY-UNKNOWN"),
    CHECK_FAILED("KM-CHECK"),
    AUDIT_BROKEN("KM-AUDIT"),
    TOO_EARLY("KM-EARLY"),
    ILLEGAL_TRANSITION("KM-TRANSITION"),
    APPROVAL_MISSING("KM-APPROVAL"),
    CLAIMS_REFUSED("KM-CLAIMS"),
    CLOCK_WENT_BACK("KM-CLOCK"),
    STALE("KM-STALE"),
    TOKEN_UNAVAILABLE("KM-TOKEN-DOWN"),
    TOKEN_MODULE("KM-TOKEN-MODULE"),
    TOKEN_LOGIN("KM-TOKEN-LOGIN"),
    TOKEN_REFUSED("KM-TOKEN-REFUSED"),
    TOKEN_KEY_MISSING("KM-TOKEN-KEY"),
    TOKEN_SELF_TEST("KM-TOKEN-SELFTEST"),
    STORE_UNAVAILABLE("KM-STORE-DOWN"),
    STORE_SCHEMA("KM-STORE-SCHEMA"),
    STORE_CONFLICT("KM-STORE-CONFLICT"),
    SCOPE_BUSY("KM-SCOPE-BUSY"),
    RECORD_PENDING("KM-RECORD"),
    PUBLICATION_FAILED("KM-PUBLISH"),
    DOCUMENT_REFUSED("KM-DOCUMENT");

    private final String id;

    ErrorCode(String id) {
        this.id = id;
    }

    public String id() {
        return id;
    }
}
