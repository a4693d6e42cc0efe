package dev.keymgr.kit;

import java.util.Locale;

/** Who owes a verdict. */
public enum Level {
    /** Every verifier that was told issuer, audience, typ and algorithms. */
    MANDATORY,
    /** Those that know what keymgr adds: scope claim, times and issuer of keys, signed documents, revocations. */
    KEYMGR;

    /** As it stands in files. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
