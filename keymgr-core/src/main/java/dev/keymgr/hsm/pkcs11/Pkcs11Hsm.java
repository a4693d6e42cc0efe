package dev.keymgr.hsm.pkcs11;

import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.SigningHandle;
import dev.keymgr.hsm.TokenDescription;
import dev.keymgr.hsm.TokenKey;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.key.VerificationKey;
import java.security.GeneralSecurityException;
import java.security.ProviderException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A token through PKCS#11. Administration goes one call at a time over one session; signing goes in parallel over a
 * connection of its own, and is not held up by administration. Either is opened at its first use and again after a loss.
 */
final class Pkcs11Hsm implements Hsm {
    private final TokenLabel label;
    private final Pkcs11Connection connection;
    private final Connector connector;
    private final LoginOnce login;

    /** Guards both links; held during administration, never while a handle signs. */
    private final Object turn = new Object();

    private @Nullable TokenLink administration;
    private @Nullable SigningLink signing;
    private volatile boolean closed;

    Pkcs11Hsm(Pkcs11Settings settings) {
        this.label = settings.label();
        this.connection = settings.connection();
        this.connector = Connector.of(label, connection);
        this.login = new LoginOnce(label, settings.pin());
    }

    /** Connects and logs in, unless that was done. */
    void connect() {
        synchronized (turn) {
            requireOpen();
            administration();
        }
    }

    @Override
    public TokenLabel label() {
        return label;
    }

    @Override
    public TokenDescription describe() {
        return ask(link -> {
            TokenFacts facts = link.module().token(link.slot());
            return new TokenDescription(
                    label,
                    facts.serial(),
                    facts.manufacturer(),
                    facts.model(),
                    facts.firmware(),
                    connection.isIsolated());
        });
    }

    @Override
    public Optional<TokenKey> find(CkaId id) {
        return ask(link -> new KeyObjects(label, link).find(id));
    }

    @Override
    public List<TokenKey> list() {
        return ask(link -> new KeyObjects(label, link).list());
    }

    @Override
    public TokenKey generate(CkaId id, SigningAlgorithm algorithm, Instant now) {
        return ask(link -> new KeyGeneration(label, new KeyObjects(label, link)).generate(id, algorithm, now));
    }

    @Override
    public byte[] sign(CkaId id, SigningAlgorithm algorithm, byte[] input) {
        return ask(link -> {
            KeyObjects objects = new KeyObjects(label, link);
            KeyObjects.Located found = objects.locate(id).orElseThrow(() -> Failures.keyMissing(label, id));
            requireFitting(found.key(), algorithm);
            return objects.sign(found.objects().privateKeys().get(0), algorithm, input);
        });
    }

    @Override
    public SigningHandle open(CkaId id, SigningAlgorithm algorithm) {
        return new Pkcs11SigningHandle(this, id, algorithm, bind(id, algorithm));
    }

    @Override
    public void destroy(CkaId id) {
        boolean gone = ask(link -> {
            KeyObjects objects = new KeyObjects(label, link);
            objects.destroyAsSeen(id);
            ObjectsOfId rest = objects.under(id);
            objects.destroy(rest);
            return rest.privateKeys().isEmpty() || !objects.hasPrivateKey(id);
        });
        synchronized (turn) {
            if (signing != null) {
                signing.forget(id);
            }
        }
        if (!gone) {
            throw Failures.refused(label, "the private key under CKA_ID " + id + " is there after its destruction");
        }
    }

    @Override
    public void close() {
        synchronized (turn) {
            closed = true;
            dropSigning();
            dropAdministration();
        }
    }

    boolean isClosed() {
        return closed;
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("token " + label + " is closed");
        }
    }

    /**
     * Gives up the connection of a key whose use failed, unless another thread did, and binds the key afresh.
     *
     * @throws HsmException TOKEN_KEY_MISSING when the key is gone, TOKEN_UNAVAILABLE when the token is
     */
    BoundKey rebind(BoundKey failed, CkaId id, SigningAlgorithm algorithm) {
        synchronized (turn) {
            if (signing == failed.link()) {
                dropSigning();
            }
            return bind(id, algorithm);
        }
    }

    /** Asks about the key first: that repairs the administration link, and tells a destroyed key from a lost token. */
    private BoundKey bind(CkaId id, SigningAlgorithm algorithm) {
        synchronized (turn) {
            TokenKey key = find(id).orElseThrow(() -> Failures.keyMissing(label, id));
            VerificationKey publicKey = requireFitting(key, algorithm);
            SigningLink known = signing;
            if (known != null) {
                try {
                    return new BoundKey(known, known.pool(key, publicKey, algorithm));
                } catch (GeneralSecurityException | ProviderException e) {
                    dropSigning(); // broken since its last use: a fresh one below
                }
            }
            SigningLink fresh =
                    SigningLink.open(label, connector, administration().slot(), login);
            signing = fresh;
            try {
                return new BoundKey(fresh, fresh.pool(key, publicKey, algorithm));
            } catch (GeneralSecurityException | ProviderException e) {
                dropSigning();
                throw unusable(id, e);
            }
        }
    }

    private HsmException unusable(CkaId id, Exception cause) {
        return Failures.unavailable(
                label, "the key under CKA_ID " + id + " is there but cannot be used for signing", cause);
    }

    private VerificationKey requireFitting(TokenKey key, SigningAlgorithm algorithm) {
        VerificationKey publicKey = key.publicKey();
        if (publicKey == null || !publicKey.fits(algorithm)) {
            throw Failures.refused(
                    label, "the key under CKA_ID " + key.location().id() + " is not a key for " + algorithm);
        }
        return publicKey;
    }

    /** One question over the administration link; asked once more over a fresh one when the first was lost. */
    private <T> T ask(Function<TokenLink, T> question) {
        synchronized (turn) {
            requireOpen();
            try {
                return question.apply(administration());
            } catch (CryptokiException lost) {
                dropAdministration();
                if (!lost.is(ReturnCode.Kind.LOST)) {
                    throw Failures.of(label, lost);
                }
                return askAfresh(question, lost);
            }
        }
    }

    private <T> T askAfresh(Function<TokenLink, T> question, CryptokiException lost) {
        try {
            return question.apply(administration());
        } catch (CryptokiException again) {
            again.addSuppressed(lost);
            dropAdministration();
            throw Failures.of(label, again);
        } catch (HsmException down) {
            down.addSuppressed(lost);
            throw down;
        }
    }

    private TokenLink administration() {
        TokenLink link = administration;
        if (link == null) {
            link = TokenLink.open(label, connector, login);
            administration = link;
        }
        return link;
    }

    private void dropAdministration() {
        if (administration != null) {
            administration.close();
            administration = null;
        }
    }

    private void dropSigning() {
        if (signing != null) {
            signing.close();
            signing = null;
        }
    }
}
