package dev.keymgr.lifecycle;

import dev.keymgr.jwks.JwksProbe;
import dev.keymgr.jwks.JwksSink;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.rollover.Exposure;
import dev.keymgr.rollover.RolloverPolicy;
import java.util.List;

/**
 * A scope, how its keys live, and where its document goes.
 *
 * @param sinks where it is written; with none it is served as soon as it is recorded, for a daemon to answer from there
 * @param probes where verifiers fetch it; with any, no key begins to sign that was not seen at all of them
 * @param terms of the signed documents
 * @param registered relying parties that can say when they trust a revoked key no more
 */
public record ManagedScope(
        Scope scope,
        RolloverPolicy policy,
        List<JwksSink> sinks,
        List<JwksProbe> probes,
        DocumentTerms terms,
        List<Exposure.Verifier> registered) {
    public ManagedScope {
        registered = List.copyOf(registered);
        sinks = List.copyOf(sinks);
        probes = List.copyOf(probes);
    }

    public ScopeName name() {
        return scope.name();
    }
}
