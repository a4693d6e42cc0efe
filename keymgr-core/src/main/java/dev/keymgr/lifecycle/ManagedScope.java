package dev.keymgr.lifecycle;

import dev.keymgr.jwks.JwksSink;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.rollover.RolloverPolicy;
import java.util.List;

/** A scope, how its keys live, and where its document goes. */
public record ManagedScope(Scope scope, RolloverPolicy policy, List<JwksSink> sinks) {
    public ManagedScope {
        sinks = List.copyOf(sinks);
    }

    public ScopeName name() {
        return scope.name();
    }
}
