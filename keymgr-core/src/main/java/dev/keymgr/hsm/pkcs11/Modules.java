package dev.keymgr.hsm.pkcs11;

import dev.keymgr.hsm.HsmException;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.TokenLabel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidParameterException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;

/** Loading of module libraries, with errors that say what to mend. */
final class Modules {
    private Modules() {}

    static Cryptoki load(TokenLabel token, Path library) {
        if (!Files.isRegularFile(library)) {
            throw new HsmException(
                    ErrorCode.TOKEN_MODULE,
                    token,
                    "there is no PKCS#11 module " + library + "; correct the module path, or install it with "
                            + "'hsm-config/hsm install'");
        }
        try {
            return Cryptoki.take(library);
        } catch (UnsatisfiedLinkError e) {
            throw new HsmException(
                    ErrorCode.TOKEN_MODULE,
                    token,
                    library + " cannot be loaded as a PKCS#11 module (" + e.getMessage() + "); correct the module path",
                    e);
        }
    }

    /**
     * A provider of its own for one slot.
     *
     * @param library must not have been given before for another connection: the platform keeps one module per path
     */
    static Provider provider(TokenLabel token, Path library, long slot) {
        Provider prototype = Security.getProvider("SunPKCS11");
        if (prototype == null) {
            throw new HsmException(
                    ErrorCode.TOKEN_MODULE,
                    token,
                    "this Java has no SunPKCS11; use one with module jdk.crypto.cryptoki");
        }
        String configuration = String.join(
                "\n",
                "--name = keymgr",
                "library = \"" + library + "\"",
                "slot = " + slot,
                "destroyTokenAfterLogout = true");
        try {
            return prototype.configure(configuration);
        } catch (ProviderException | InvalidParameterException e) {
            throw new HsmException(
                    ErrorCode.TOKEN_UNAVAILABLE, token, "the platform's provider cannot use slot " + slot, e);
        }
    }
}
