package dev.keymgr.hsm;

import dev.keymgr.key.TokenLabel;

/** The tokens this process may log in to. Opens each at its first use, so a command that needs none never touches one. */
public interface Tokens {
    /**
     * The token of that label, logged in.
     *
     * @throws HsmException when the token is not configured, not there, or refuses the PIN; nothing is kept half open
     */
    Hsm require(TokenLabel label);
}
