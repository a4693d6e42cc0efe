package dev.keymgr.hsm;

import dev.keymgr.key.TokenLabel;

/**
 * What a token says of itself.
 *
 * @param isolated whether its code runs outside this process
 */
public record TokenDescription(
        TokenLabel label, String serial, String manufacturer, String model, String firmware, boolean isolated) {}
