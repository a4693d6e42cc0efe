package dev.keymgr.hsm.pin;

import com.sun.security.auth.module.UnixSystem;

/** The user whom this process runs as. */
final class Ourselves {
    private Ourselves() {}

    /** In digits, as files name their owners. */
    static String uid() {
        return Long.toString(new UnixSystem().getUid());
    }
}
