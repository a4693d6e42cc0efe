package dev.keymgr.hsm;

/** Where a PIN comes from. Read at each login, held no longer than the login. */
public interface PinSource {
    /** Names the place for people ({@code file secrets/consumer-a.pin}), never the PIN. */
    String description();

    /**
     * Reads it afresh.
     *
     * @throws dev.keymgr.key.KeymgrException TOKEN_LOGIN when it cannot be read or others may read it too
     */
    Pin read();
}
