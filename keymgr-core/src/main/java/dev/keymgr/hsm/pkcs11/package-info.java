/**
 * Floor 2: tokens through PKCS#11. Administration goes through a small binding of our own to the module's functions,
 * which can choose a CKA_ID, read attributes back and initialise a token; signing goes through the platform's provider.
 * The two log in apart. May use hsm and key; no other adapter.
 */
@NullMarked
package dev.keymgr.hsm.pkcs11;

import org.jspecify.annotations.NullMarked;
