package dev.keymgr.hsm.pkcs11;

import dev.keymgr.hsm.PinSource;
import dev.keymgr.key.TokenLabel;

/**
 * How to reach one token and log in to it.
 *
 * @param label how the token is found; slot numbers move and are never used
 * @param pin the user PIN
 */
public record Pkcs11Settings(TokenLabel label, PinSource pin, Pkcs11Connection connection) {}
