package dev.keymgr.drill;

import dev.keymgr.config.ScopeConfig;
import dev.keymgr.daemon.Resources;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.token.TokenSigner;
import dev.keymgr.token.TrustedKeys;
import java.net.URI;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Where a drill plays: two scopes that hold keys, and a daemon over them.
 *
 * @param inventoryKeys the keys of a scope, and of the others, as an investigator has them
 * @param daemon where it listens
 * @param bearers of the one relying party of each scope, for events and for decisions
 */
public record Scene(
        Resources resources,
        Tokens tokens,
        Function<ScopeName, TokenSigner> signers,
        Function<ScopeConfig, TrustedKeys> inventoryKeys,
        SecureRandom random,
        URI daemon,
        Map<ScopeName, Bearers> bearers) {
    public static final ScopeName CONSUMER = new ScopeName("consumer");
    public static final ScopeName ENTERPRISE = new ScopeName("enterprise");

    /** What a party shows to the daemon. */
    public record Bearers(String party, String events, String decisions) {
        @Override
        public String toString() {
            return party;
        }
    }

    public Scene {
        bearers = Map.copyOf(bearers);
    }

    ScopeConfig config(ScopeName scope) {
        return Objects.requireNonNull(resources.config().scopes().get(scope));
    }

    Bearers bearers(ScopeName scope) {
        return Objects.requireNonNull(bearers.get(scope));
    }

    URI folder(ScopeName scope) {
        return daemon.resolve("/" + scope);
    }

    SigningKey active(ScopeName scope) {
        return resources.inventory().read(scope).keys().stream()
                .filter(k -> k.state() == KeyState.ACTIVE)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no key of " + scope + " signs"));
    }

    /** A genuine token of a scope, for its first audience. */
    String token(ScopeName scope) {
        return signer(scope).sign(Map.of("sub", "drill"));
    }

    private TokenSigner signer(ScopeName scope) {
        return signers.apply(scope);
    }
}
