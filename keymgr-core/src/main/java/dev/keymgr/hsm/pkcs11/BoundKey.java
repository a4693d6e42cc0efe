package dev.keymgr.hsm.pkcs11;

/** A key's signatures, with the connection they belong to: by it a failed use tells which connection to give up. */
record BoundKey(SigningLink link, SignaturePool pool) {}
