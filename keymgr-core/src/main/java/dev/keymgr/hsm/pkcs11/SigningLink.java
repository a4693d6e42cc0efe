package dev.keymgr.hsm.pkcs11;

import dev.keymgr.hsm.TokenKey;
import dev.keymgr.jwks.PlatformKey;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.key.VerificationKey;
import java.io.IOException;
import java.security.AuthProvider;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.ProviderException;
import java.security.cert.Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import javax.security.auth.login.LoginException;
import org.jspecify.annotations.Nullable;

/**
 * One logged-in connection of the platform's provider to a token, with its key store read once and a pool of signatures
 * per key. Safe for many threads. After a failure it is thrown away, never mended.
 */
final class SigningLink {
    private record Use(CkaId id, SigningAlgorithm algorithm) {}

    private final TokenLabel token;
    private final Provider provider;
    private final KeyStore store;
    private final Semaphore places;
    private final Map<Use, SignaturePool> pools = new ConcurrentHashMap<>();

    private SigningLink(TokenLabel token, Provider provider, KeyStore store, Semaphore places) {
        this.token = token;
        this.provider = provider;
        this.store = store;
        this.places = places;
    }

    /**
     * Connects, logs in, reads the key store.
     *
     * @throws dev.keymgr.hsm.HsmException TOKEN_MODULE, TOKEN_UNAVAILABLE or TOKEN_LOGIN
     */
    static SigningLink open(TokenLabel token, Connector connector, long slot, LoginOnce login) {
        login.requireNotRefused();
        Provider provider = connector.openProvider(slot);
        try {
            KeyStore store = KeyStore.getInstance("PKCS11", provider);
            login.login(pin -> load(store, pin));
            return new SigningLink(token, provider, store, new Semaphore(connector.signaturesAtOnce()));
        } catch (KeyStoreException | ProviderException e) {
            throw Failures.unavailable(token, "the platform's provider cannot log in", e);
        }
    }

    /**
     * The pool for a key, whose public half is known from the token.
     *
     * @throws dev.keymgr.hsm.HsmException TOKEN_SELF_TEST when the key store has no such key, or it signs wrongly
     * @throws GeneralSecurityException when anything else fails
     */
    SignaturePool pool(TokenKey key, VerificationKey publicKey, SigningAlgorithm algorithm)
            throws GeneralSecurityException {
        CkaId id = key.location().id();
        SignaturePool known = pools.get(new Use(id, algorithm));
        if (known != null) {
            return known;
        }
        PrivateKey privateKey = resolve(key.name(), publicKey)
                .orElseThrow(() -> Failures.selfTest(
                        token,
                        id,
                        "no certificate with its public half lies beside it, so the platform cannot find it"));
        SignaturePool pool = new SignaturePool(provider, privateKey, algorithm, places);
        if (!pool.signsAs(publicKey)) {
            throw Failures.selfTest(
                    token, id, "it does not sign as its public half says; its certificate is another's");
        }
        pools.put(new Use(id, algorithm), pool);
        return pool;
    }

    /** Forgets a key that is no more. */
    void forget(CkaId id) {
        pools.keySet().removeIf(use -> use.id().equals(id));
    }

    /** Logs out and gives up the sessions. Never fails: what cannot be let go is gone already. */
    void close() {
        try {
            if (provider instanceof AuthProvider authenticated) {
                authenticated.logout();
            }
        } catch (LoginException | ProviderException e) {
            // The connection is gone, and the login with it.
        }
    }

    /**
     * The private key whose certificate has the public half. The name is only where to look first: names may be shared,
     * swapped or forged, so each entry is judged by its key alone.
     */
    private synchronized Optional<PrivateKey> resolve(String name, VerificationKey publicKey)
            throws GeneralSecurityException {
        Optional<PrivateKey> found = search(name, publicKey);
        if (found.isEmpty()) {
            load(store, null); // made after the store was read
            found = search(name, publicKey);
        }
        return found;
    }

    private Optional<PrivateKey> search(String name, VerificationKey publicKey) throws GeneralSecurityException {
        if (isEntryOf(name, publicKey)) {
            return privateKey(name);
        }
        List<String> aliases = Collections.list(store.aliases());
        for (String alias : aliases) {
            if (!alias.equals(name) && isEntryOf(alias, publicKey)) {
                return privateKey(alias);
            }
        }
        return Optional.empty();
    }

    private boolean isEntryOf(String alias, VerificationKey publicKey) throws KeyStoreException {
        if (!store.isKeyEntry(alias)) {
            return false;
        }
        Certificate certificate = store.getCertificate(alias);
        return certificate != null && PlatformKey.isOf(certificate.getPublicKey(), publicKey);
    }

    private Optional<PrivateKey> privateKey(String alias) throws GeneralSecurityException {
        return store.getKey(alias, null) instanceof PrivateKey key ? Optional.of(key) : Optional.empty();
    }

    /**
     * Reads the token's entries.
     *
     * @throws CryptokiException when the token refuses the PIN
     * @throws ProviderException when anything else fails
     */
    private static void load(KeyStore store, char @Nullable [] pin) {
        try {
            store.load(null, pin);
        } catch (IOException | GeneralSecurityException e) {
            Optional<ReturnCode> answer = ReturnCode.findIn(e).filter(code -> code.kind() == ReturnCode.Kind.PIN);
            if (answer.isPresent()) {
                throw new CryptokiException(CryptokiFunction.LOGIN, answer.get());
            }
            throw new ProviderException("the key store cannot be read", e);
        }
    }
}
