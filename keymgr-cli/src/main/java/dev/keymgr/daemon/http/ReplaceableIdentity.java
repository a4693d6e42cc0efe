package dev.keymgr.daemon.http;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The certificate that new connections are shown. Replaced in one step; those that are being opened keep the one they began
 * with, since the alias, by which Java asks for certificate and key in turn, is the number of the identity.
 */
final class ReplaceableIdentity extends X509ExtendedKeyManager {
    private volatile Numbered latest;

    ReplaceableIdentity(PemIdentity first) {
        this.latest = new Numbered("0", first, null);
    }

    /** Called by one thread. */
    void replace(PemIdentity next) {
        Numbered before = latest;
        latest = new Numbered(
                Long.toString(Long.parseLong(before.alias()) + 1),
                next,
                new Numbered(before.alias(), before.identity(), null));
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Numbered now = latest;
        return keyType.equals(now.identity().key().getAlgorithm()) ? now.alias() : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        PemIdentity identity = find(alias);
        return identity == null ? null : identity.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        PemIdentity identity = find(alias);
        return identity == null ? null : identity.key();
    }

    private @Nullable PemIdentity find(String alias) {
        for (Numbered each = latest; each != null; each = each.before()) {
            if (each.alias().equals(alias)) {
                return each.identity();
            }
        }
        return null;
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? null : new String[] {alias};
    }

    /** A server only. */
    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    /** A server only. */
    @Override
    public @Nullable String chooseClientAlias(
            String @Nullable [] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    private record Numbered(
            String alias, PemIdentity identity, @Nullable Numbered before) {}
}
