package dev.keymgr.hsm;

import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.VerificationKey;
import org.jspecify.annotations.Nullable;

/**
 * A private key as the token shows it.
 *
 * @param name its CKA_LABEL, for people; never used to identify it
 * @param publicKey the public half lying beside it; null when the token has none that we understand
 */
public record TokenKey(
        KeyLocation location, String name, @Nullable VerificationKey publicKey, KeyAttributes attributes) {}
