package dev.keymgr.kit;

import java.util.Locale;

/** Who owes a verdict. */
public enum Level {
    /** Every verifier that was told issuer, audience, typ and algorithms. */
    MANDATORY,
    /**
     * Every verifier that reads tokens as the standards write them. One that does not lets a token have several spellings or
     * passes over a member, and yet accepts nothing that no key of the scope signed.
     */
    FORM,
    /** Those that know what keymgr adds: scope claim, times and issuer of keys, signed documents, revocations. */
    KEYMGR;

    /** As it stands in files. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
