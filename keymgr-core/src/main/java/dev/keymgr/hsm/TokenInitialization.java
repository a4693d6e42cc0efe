package dev.keymgr.hsm;

import dev.keymgr.key.TokenLabel;

/** Makes a token where there is an empty slot. Part of setting up, never of daily work. */
public interface TokenInitialization {
    /**
     * Initialises a token and its user PIN, unless one of that label is there.
     *
     * @return whether a token was made; false when it was there, untouched
     * @throws HsmException TOKEN_UNAVAILABLE when there is no empty slot
     */
    boolean initialize(TokenLabel label, Pin securityOfficerPin, Pin userPin);
}
