package dev.keymgr.hsm.pkcs11;

import dev.keymgr.hsm.BoundedTokens;
import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.TokenLabel;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * The configured PKCS#11 tokens of this process. Safe for many threads. A token whose PIN was refused stays refused until
 * this is made anew.
 */
public final class Pkcs11Tokens implements BoundedTokens.Connection {
    private final Map<TokenLabel, Pkcs11Settings> settings = new TreeMap<>();
    private final Map<TokenLabel, Pkcs11Hsm> tokens = new TreeMap<>();

    /**
     * Touches no token yet.
     *
     * @throws IllegalArgumentException when two settings have one label
     */
    public Pkcs11Tokens(Collection<Pkcs11Settings> configured) {
        for (Pkcs11Settings one : configured) {
            if (settings.put(one.label(), one) != null) {
                throw new IllegalArgumentException("two tokens are configured with the label " + one.label());
            }
        }
    }

    @Override
    public Hsm require(TokenLabel label) {
        Pkcs11Hsm token = find(label);
        token.connect();
        return token;
    }

    /** Closes every token that was opened. */
    @Override
    public synchronized void close() {
        tokens.values().forEach(Pkcs11Hsm::close);
        tokens.clear();
    }

    private synchronized Pkcs11Hsm find(TokenLabel label) {
        Pkcs11Settings configured = settings.get(label);
        if (configured == null) {
            throw new HsmException(
                    ErrorCode.TOKEN_UNAVAILABLE, label, "not configured; configured are " + settings.keySet());
        }
        Pkcs11Hsm token = tokens.get(label);
        if (token == null || token.isClosed()) {
            token = new Pkcs11Hsm(configured);
            tokens.put(label, token);
        }
        return token;
    }
}
