package dev.keymgr.incident;

/**
 * The numbers of Storm-0558, in days, from the published dates of 2023: misuse began on 15 May, a customer reported it on 16
 * June, enterprise mail refused the key on 27 June, the last consumer customers were protected on 3 July. To stand beside ours.
 */
public final class Baseline {
    public static final int DETECT_DAYS = 32;
    public static final int MITIGATE_ENTERPRISE_DAYS = 11;
    public static final int MITIGATE_ALL_DAYS = 17;
    public static final int EXPOSURE_MIN_DAYS = 43;
    public static final int EXPOSURE_MAX_DAYS = 49;

    private Baseline() {}
}
