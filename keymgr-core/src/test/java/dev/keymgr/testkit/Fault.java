package dev.keymgr.testkit;

/** The two ways in which a write can fail; the caller sees the same error and cannot tell them apart. */
public enum Fault {
    /** It did not happen. */
    FAIL_NOT_APPLIED,
    /** It happened; the reply was lost. */
    FAIL_BUT_APPLIED
}
