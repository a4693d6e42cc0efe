package dev.keymgr.hsm.pkcs11;

import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.TokenInitialization;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.TokenLabel;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Makes tokens in the first empty slot that their connection shows. */
public final class Pkcs11TokenInitialization implements TokenInitialization {
    private final Map<TokenLabel, Pkcs11Connection> connections;

    public Pkcs11TokenInitialization(Map<TokenLabel, Pkcs11Connection> connections) {
        this.connections = Map.copyOf(connections);
    }

    @Override
    public Progress progress(TokenLabel label) {
        return opening(label, module -> {
            Optional<TokenFacts> there = find(label, module);
            if (there.isEmpty()) {
                requireEmpty(label, module);
                return Progress.NOT_BEGUN;
            }
            return there.get().hasUserPin() ? Progress.DONE : Progress.WITHOUT_USER_PIN;
        });
    }

    /**
     * {@inheritDoc}
     *
     * <p>A token without a user PIN is what a crash between the two halves of this method leaves; it is completed.
     *
     * @throws HsmException TOKEN_LOGIN when the token refuses one of the PINs; it was tried once
     */
    @Override
    public boolean initialize(TokenLabel label, Pin securityOfficerPin, Pin userPin) {
        return opening(label, module -> initialize(label, module, securityOfficerPin, userPin));
    }

    private <T> T opening(TokenLabel label, Function<Cryptoki, T> work) {
        Pkcs11Connection connection = connections.get(label);
        if (connection == null) {
            throw new HsmException(ErrorCode.TOKEN_UNAVAILABLE, label, "not configured");
        }
        Connector connector = Connector.of(label, connection);
        Cryptoki module = connector.openModule();
        try {
            return work.apply(module);
        } catch (CryptokiException e) {
            if (e.is(ReturnCode.Kind.PIN)) {
                throw new HsmException(
                        ErrorCode.TOKEN_LOGIN, label, "a PIN was refused, after one try (" + e.getMessage() + ")", e);
            }
            throw Failures.of(label, e);
        } finally {
            connector.closeModule(module);
        }
    }

    private static boolean initialize(TokenLabel label, Cryptoki module, Pin securityOfficerPin, Pin userPin) {
        Optional<TokenFacts> there = find(label, module);
        if (there.isPresent() && there.get().hasUserPin()) {
            return false;
        }
        long slot = there.orElseGet(() -> requireEmpty(label, module)).slot();
        if (there.isEmpty()) {
            lend(securityOfficerPin, pin -> module.initToken(slot, pin, label.value()));
        }
        // A crash after this line leaves a token without user PIN: the next call completes it.
        long session = module.openSession(slot);
        try {
            lend(securityOfficerPin, pin -> module.login(session, Ck.CKU_SO, pin));
            lend(userPin, pin -> module.initPin(session, pin));
            module.logout(session);
        } finally {
            module.closeSession(session);
        }
        return true;
    }

    private static Optional<TokenFacts> find(TokenLabel label, Cryptoki module) {
        return module.tokens().stream()
                .filter(token -> token.isInitialized() && token.label().equals(label.value()))
                .findFirst();
    }

    private static TokenFacts requireEmpty(TokenLabel label, Cryptoki module) {
        return module.tokens().stream()
                .filter(token -> !token.isInitialized())
                .findFirst()
                .orElseThrow(() -> Failures.unavailable(
                        label, "there is no empty slot for a new token; make one with the token's own tool", null));
    }

    private static void lend(Pin pin, Consumer<char[]> borrower) {
        var unused = pin.lend(characters -> {
            borrower.accept(characters);
            return true;
        });
    }
}
