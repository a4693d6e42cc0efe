package dev.keymgr.token;

import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.SigningHandle;
import dev.keymgr.hsm.TokenDescription;
import dev.keymgr.hsm.TokenKey;
import dev.keymgr.hsm.Tokens;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** As much of a token as a signer touches: keys under ids, handles to them, and being down. For many threads. */
final class MemoryHsm implements Hsm, Tokens {
    private final Map<CkaId, TestKey> keys = new ConcurrentHashMap<>();
    private final AtomicInteger opened = new AtomicInteger();
    private volatile boolean down;

    void put(SigningKey key, TestKey pair) {
        keys.put(key.location().id(), pair);
    }

    void takeDown() {
        down = true;
    }

    void bringBack() {
        down = false;
    }

    /** How many handles were opened. */
    int opened() {
        return opened.get();
    }

    @Override
    public Hsm require(TokenLabel label) {
        if (down) {
            throw new HsmException(ErrorCode.TOKEN_UNAVAILABLE, label, "unplugged");
        }
        return this;
    }

    @Override
    public TokenLabel label() {
        return new TokenLabel("memory");
    }

    @Override
    public SigningHandle open(CkaId id, SigningAlgorithm algorithm) {
        opened.incrementAndGet();
        return input -> sign(id, algorithm, input);
    }

    @Override
    public byte[] sign(CkaId id, SigningAlgorithm algorithm, byte[] input) {
        TestKey key = keys.get(id);
        if (key == null) {
            throw new HsmException(ErrorCode.TOKEN_KEY_MISSING, label(), "nothing under " + id);
        }
        return key.sign(input);
    }

    @Override
    public void destroy(CkaId id) {
        keys.remove(id);
    }

    @Override
    public TokenDescription describe() {
        return new TokenDescription(label(), "1", "tests", "memory", "1", false);
    }

    @Override
    public Optional<TokenKey> find(CkaId id) {
        throw new UnsupportedOperationException("a signer does not look for keys");
    }

    @Override
    public List<TokenKey> list() {
        throw new UnsupportedOperationException("a signer does not list keys");
    }

    @Override
    public TokenKey generate(CkaId id, SigningAlgorithm algorithm, Instant now) {
        throw new UnsupportedOperationException("a signer does not make keys");
    }

    @Override
    public void close() {}
}
