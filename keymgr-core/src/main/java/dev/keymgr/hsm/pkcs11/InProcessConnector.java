package dev.keymgr.hsm.pkcs11;

import dev.keymgr.key.TokenLabel;
import java.security.Provider;

/**
 * A module loaded into this process. Its state is the process's: one initialisation, and one login per token shared by
 * all sessions. It is never finalised, since others here may use it.
 */
final class InProcessConnector implements Connector {
    /** A network HSM's library answers many at once; a software one is bounded by the processors anyway. */
    private static final int SIGNATURES_AT_ONCE = 32;

    private final TokenLabel token;
    private final Pkcs11Connection.InProcess connection;

    InProcessConnector(TokenLabel token, Pkcs11Connection.InProcess connection) {
        this.token = token;
        this.connection = connection;
    }

    @Override
    public Cryptoki openModule() {
        Cryptoki module = Modules.load(token, connection.module());
        try {
            module.initialize();
        } catch (CryptokiException e) {
            throw Failures.unavailable(token, connection.module() + " does not start: " + e.getMessage(), e);
        }
        return module;
    }

    @Override
    public void closeModule(Cryptoki module) {
        // Finalising would take the module from every other token in this process.
    }

    @Override
    public Provider openProvider(long slot) {
        return Modules.provider(token, connection.module(), slot);
    }

    @Override
    public int signaturesAtOnce() {
        return SIGNATURES_AT_ONCE;
    }
}
