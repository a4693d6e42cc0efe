package dev.keymgr.config;

import dev.keymgr.key.Scope;
import dev.keymgr.lifecycle.DocumentTerms;
import dev.keymgr.rollover.RolloverPolicy;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * One scope with all that belongs to it alone.
 *
 * @param policy lints without an error
 * @param tokens at least one; the order is the order of {@link RolloverPolicy#tokens()}
 * @param directories where its documents are written, absolute; at least one
 * @param probes where verifiers fetch its document; each https, or http on this machine; empty when nobody looks
 * @param terms of its signed documents
 * @param relyingParties by the order of the file; no two of one name
 */
public record ScopeConfig(
        Scope scope,
        RolloverPolicy policy,
        List<TokenConfig> tokens,
        List<Path> directories,
        List<URI> probes,
        DocumentTerms terms,
        List<RelyingParty> relyingParties) {
    public ScopeConfig {
        tokens = List.copyOf(tokens);
        directories = List.copyOf(directories);
        probes = List.copyOf(probes);
        relyingParties = List.copyOf(relyingParties);
    }
}
