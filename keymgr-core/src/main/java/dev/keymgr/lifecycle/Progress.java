package dev.keymgr.lifecycle;

import dev.keymgr.key.ScopeName;

/** Told of each step before it begins; some take seconds. Must not throw. */
@FunctionalInterface
public interface Progress {
    Progress NONE = (scope, what) -> {};

    void begins(ScopeName scope, String what);
}
