package dev.keymgr.drill;

import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.config.ScopeConfig;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.token.Decision;
import dev.keymgr.token.TokenRejectedException;
import dev.keymgr.token.TokenVerifier;
import dev.keymgr.token.TrustedKeys;
import dev.keymgr.token.Verdict;
import dev.keymgr.token.VerificationPolicy;
import dev.keymgr.token.remote.RefreshPolicy;
import dev.keymgr.token.remote.RemoteKeySource;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A relying party: it has nothing but what is published, and keeps a record of what it decides. */
final class Verifier implements AutoCloseable {
    /** What became of a token. */
    record Outcome(Verdict verdict, String says) {
        boolean isAccepted() {
            return verdict == Verdict.ACCEPTED;
        }
    }

    private final String label;
    private final TokenVerifier verifier;
    private final RemoteKeySource source;
    private final List<Decision> decisions = new CopyOnWriteArrayList<>();

    private Verifier(Scene scene, ScopeName scope, String label, RemoteKeySource source) {
        String name = scene.bearers(scope).party();
        this.label = label;
        this.source = source;
        this.verifier = judge(scene, scene.config(scope), source, name, decisions);
    }

    /** One that pins the authorities and goes by the signed documents. */
    static Verifier pinned(Scene scene, ScopeName scope) {
        Scope known = scene.config(scope).scope();
        PinnedAuthorities authorities = PinnedAuthorities.of(
                scope, known.issuer(), scene.resources().authorities().authorities(scope));
        RemoteKeySource source = RemoteKeySource.signed(
                scene.folder(scope),
                authorities,
                client(),
                scene.resources().clock(),
                scene.random(),
                RefreshPolicy.DEFAULT);
        return new Verifier(scene, scope, scope + ", pinned", source);
    }

    /** One that goes by whatever jwks.json it finds at an address, as most libraries do. */
    static Verifier plain(Scene scene, ScopeName scope, URI folder) {
        String issuer = scene.config(scope).scope().issuer();
        RemoteKeySource source = RemoteKeySource.unsigned(
                folder, issuer, client(), scene.resources().clock(), scene.random(), RefreshPolicy.DEFAULT);
        return new Verifier(scene, scope, scope + ", plain", source);
    }

    private static HttpClient client() {
        return HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(RefreshPolicy.DEFAULT.timeout())
                .build();
    }

    static TokenVerifier judge(
            Scene scene, ScopeConfig config, TrustedKeys keys, String name, List<Decision> decisions) {
        VerificationPolicy policy = VerificationPolicy.accessTokens(
                new HashSet<>(config.scope().audiences()),
                config.policy().lifetime().max());
        return new TokenVerifier(config.scope(), policy, keys, scene.resources().clock(), name, decisions::add);
    }

    /** Such as {@code enterprise, pinned}. */
    String label() {
        return label;
    }

    Outcome verify(String token) {
        return verify(verifier, token);
    }

    static Outcome verify(TokenVerifier verifier, String token) {
        try {
            return new Outcome(
                    Verdict.ACCEPTED, "sub " + verifier.verify(token).subject().orElse("none"));
        } catch (TokenRejectedException e) {
            return new Outcome(e.verdict(), e.reason());
        } catch (KeymgrException e) {
            return new Outcome(Verdict.UNKNOWN_KEY, e.code().id() + ": " + e.getMessage());
        }
    }

    /** Every decision so far, and forgets them. */
    List<Decision> takeDecisions() {
        List<Decision> taken = List.copyOf(decisions);
        decisions.removeAll(taken);
        return taken;
    }

    @Override
    public void close() {
        source.close();
    }
}
