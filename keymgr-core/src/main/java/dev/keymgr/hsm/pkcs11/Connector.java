package dev.keymgr.hsm.pkcs11;

import dev.keymgr.key.TokenLabel;
import java.security.Provider;

/** Opens the two ways into a token's module. Every failure is a {@link dev.keymgr.hsm.HsmException}. */
interface Connector {
    /** The functions of the module, initialised. */
    Cryptoki openModule();

    /** Lets go of what {@link #openModule} gave. Never fails: what cannot be let go is gone already. */
    void closeModule(Cryptoki module);

    /** A new provider of the platform on a slot of the module, not logged in. */
    Provider openProvider(long slot);

    /** How many signatures may be under way at once through one provider. */
    int signaturesAtOnce();

    static Connector of(TokenLabel token, Pkcs11Connection connection) {
        if (connection instanceof Pkcs11Connection.Isolated isolated) {
            return new IsolatedConnector(token, isolated);
        }
        return new InProcessConnector(token, (Pkcs11Connection.InProcess) connection);
    }
}
