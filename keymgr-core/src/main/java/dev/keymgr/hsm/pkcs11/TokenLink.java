package dev.keymgr.hsm.pkcs11;

import dev.keymgr.hsm.HsmException;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.TokenLabel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One connection to a token with one session, for administration. For one thread at a time. */
final class TokenLink implements AutoCloseable {
    private final Connector connector;
    private final Cryptoki module;
    private final long slot;
    private final long session;
    private final Map<CkaId, ObjectsOfId> seen = new HashMap<>();

    private TokenLink(Connector connector, Cryptoki module, long slot, long session) {
        this.connector = connector;
        this.module = module;
        this.slot = slot;
        this.session = session;
    }

    /**
     * Connects, finds the token by its label, logs in. Nothing stays open when this fails.
     *
     * @throws HsmException TOKEN_MODULE, TOKEN_UNAVAILABLE or TOKEN_LOGIN
     */
    static TokenLink open(TokenLabel token, Connector connector, LoginOnce login) {
        login.requireNotRefused();
        Cryptoki module = connector.openModule();
        TokenLink link;
        try {
            long slot = slotOf(token, module.tokens());
            link = new TokenLink(connector, module, slot, module.openSession(slot));
        } catch (RuntimeException e) {
            connector.closeModule(module);
            throw explained(token, e);
        }
        try {
            login.login(pin -> module.login(link.session, Ck.CKU_USER, pin));
            return link;
        } catch (RuntimeException e) {
            link.close();
            throw explained(token, e);
        }
    }

    private static RuntimeException explained(TokenLabel token, RuntimeException e) {
        return e instanceof CryptokiException answer
                ? Failures.unavailable(token, "cannot be logged in to (" + answer.getMessage() + ")", answer)
                : e;
    }

    Cryptoki module() {
        return module;
    }

    long slot() {
        return slot;
    }

    long session() {
        return session;
    }

    /** Where the objects under an id were when last asked, for a search costs as much as the token has objects. */
    Optional<ObjectsOfId> lastSeen(CkaId id) {
        return Optional.ofNullable(seen.get(id));
    }

    void saw(CkaId id, ObjectsOfId objects) {
        seen.put(id, objects);
    }

    void lost(CkaId id) {
        seen.remove(id);
    }

    /** Ends the session, and with the last one the login. Never fails. */
    @Override
    public void close() {
        try {
            module.closeSession(session);
        } catch (CryptokiException e) {
            // Gone already.
        }
        connector.closeModule(module);
    }

    private static long slotOf(TokenLabel token, List<TokenFacts> tokens) {
        if (tokens.isEmpty()) {
            // A client library that reaches no server shows no slots instead of an error.
            throw Failures.unavailable(
                    token,
                    "the module shows no slots: its server is down, or its socket is not open to this user; start it with "
                            + "'hsm-config/hsm up'",
                    null);
        }
        List<TokenFacts> matching = tokens.stream()
                .filter(facts -> facts.isInitialized() && facts.label().equals(token.value()))
                .toList();
        if (matching.size() != 1) {
            List<String> seen = tokens.stream()
                    .filter(TokenFacts::isInitialized)
                    .map(TokenFacts::label)
                    .toList();
            throw Failures.unavailable(
                    token,
                    (matching.isEmpty() ? "no token has this label" : "several tokens have this label")
                            + "; seen: " + (seen.isEmpty() ? "only uninitialised ones" : seen)
                            + "; correct the label, or make the token with 'keymgr init'",
                    null);
        }
        return matching.get(0).slot();
    }
}
