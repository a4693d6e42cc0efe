package dev.keymgr.command;

import dev.keymgr.key.KeymgrException;
import org.jspecify.annotations.Nullable;

/** Work on several scopes, where the failure of one does not stop the next. For one thread. */
final class FirstFailure {
    private @Nullable KeymgrException first;

    void attempt(Runnable work) {
        try {
            work.run();
        } catch (KeymgrException e) {
            if (first == null) {
                first = e;
            } else {
                first.addSuppressed(e);
            }
        }
    }

    boolean isThere() {
        return first != null;
    }

    /**
     * To be called last.
     *
     * @throws KeymgrException the first there was, with the others suppressed in it
     */
    void raise() {
        KeymgrException failure = first;
        if (failure != null) {
            throw failure;
        }
    }
}
