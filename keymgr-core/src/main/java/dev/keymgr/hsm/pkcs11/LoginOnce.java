package dev.keymgr.hsm.pkcs11;

import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.PinSource;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.TokenLabel;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Logs in with the PIN of a source, and never again once a token has refused it: tokens count tries and lock. A PIN that
 * was accepted may be used for any number of logins. Safe for many threads; logins are one at a time, so that two
 * threads cannot spend two tries.
 */
final class LoginOnce {
    private final TokenLabel token;
    private final PinSource source;
    private @Nullable String refusal;

    LoginOnce(TokenLabel token, PinSource source) {
        this.token = token;
        this.source = source;
    }

    /**
     * Lends the PIN to a login.
     *
     * @param login throws the answer of the token
     * @throws HsmException TOKEN_LOGIN when the token refuses the PIN now, or did before: then without asking it
     */
    synchronized void login(Consumer<char[]> login) {
        requireNotRefused();
        try (Pin pin = source.read()) {
            var unused = pin.lend(characters -> {
                login.accept(characters);
                return true;
            });
        } catch (CryptokiException e) {
            if (e.is(ReturnCode.Kind.PIN)) {
                refusal = e.returned();
                throw refused(e.returned(), e);
            }
            throw e;
        }
    }

    synchronized void requireNotRefused() {
        if (refusal != null) {
            throw refused(refusal, null);
        }
    }

    private HsmException refused(String returned, @Nullable Throwable cause) {
        return new HsmException(
                ErrorCode.TOKEN_LOGIN,
                token,
                "the PIN from " + source.description() + " was refused (" + returned
                        + "); it was tried once and will not "
                        + "be tried again by this process, since the token counts tries and locks; correct it, then start"
                        + " again",
                cause);
    }
}
