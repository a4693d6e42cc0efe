package dev.keymgr.detection;

import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.util.Locale;

/** In which way a key was used, or trusted, as it never should be. */
public enum Misuse {
    /** Its kid came to a verifier of another scope. What Storm-0558 did. */
    CROSS_SCOPE("came to a verifier of another scope"),
    /** It signed before it was activated, or after it was retired. */
    OUT_OF_TIME("signed outside its time"),
    /** It signed for an audience that its scope has not: our signer refuses that. */
    FOREIGN_AUDIENCE("signed for an audience that its scope has not"),
    /** It is revoked, and a verifier accepted it all the same. */
    STILL_TRUSTED("is revoked and was accepted all the same");

    private final String says;

    Misuse(String says) {
        this.says = says;
    }

    /** Such as {@code cross-scope}: the code of its alarm, and its name in the record. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Misuse of(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    String says() {
        return says;
    }

    /**
     * The command that we recommend.
     *
     * @param of the scope of the key
     * @param at the scope of the verifier
     * @param proved whether the key did sign; anybody can write its kid into a header, and would have us revoke it
     */
    String command(ScopeName of, Kid kid, ScopeName at, boolean proved) {
        if (this == STILL_TRUSTED) {
            return "keymgr exposure " + of;
        }
        // The kid last: it may begin with a dash.
        return proved
                ? "keymgr revoke --cause unknown --reason '" + id() + " token at " + at + "' -- " + kid.prefix()
                : "keymgr verify " + at + " TOKEN, for nothing proves yet that the key signed it";
    }
}
