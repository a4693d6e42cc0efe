package dev.keymgr.hsm;

import dev.keymgr.key.TokenLabel;

/** Makes a token where there is an empty slot. Part of setting up, never of daily work. */
public interface TokenInitialization {
    /** How far a token is made. */
    enum Progress {
        /** There is none of that label, and an empty slot for one. */
        NOT_BEGUN,

        /** It has the PIN of its security officer and no user PIN yet. */
        WITHOUT_USER_PIN,

        /** It has both. */
        DONE
    }

    /**
     * Looks, and logs in nowhere.
     *
     * @throws HsmException TOKEN_UNAVAILABLE when it cannot be asked, or is not there and there is no empty slot
     */
    Progress progress(TokenLabel label);

    /**
     * Initialises a token and its user PIN, unless one of that label is there.
     *
     * @return whether a token was made; false when it was there, untouched
     * @throws HsmException TOKEN_UNAVAILABLE when there is no empty slot
     */
    boolean initialize(TokenLabel label, Pin securityOfficerPin, Pin userPin);
}
