package dev.keymgr.testkit;

import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.KeyAttributes;
import dev.keymgr.hsm.SigningHandle;
import dev.keymgr.hsm.TokenDescription;
import dev.keymgr.hsm.TokenKey;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A token in memory with real keys. It keeps {@code HsmContract}; what it cannot show is a token's own misbehaviour,
 * except what the methods after {@link #close} do behind the caller's back. Writes ask the {@link FaultPlan} at
 * {@code hsm.generate}, {@code hsm.destroy} and {@code hsm.sign}.
 */
public final class FakeHsm implements Hsm {
    /** What lies in the token: shared by every login to it, and surviving each. */
    private static final class Contents {
        final Map<CkaId, KeyPair> keys = new ConcurrentSkipListMap<>();
        final Map<CkaId, KeyAttributes> attributes = new ConcurrentSkipListMap<>();
        final AtomicBoolean down = new AtomicBoolean();
        final AtomicInteger generated = new AtomicInteger();
    }

    private final TokenLabel label;
    private final FaultPlan faults;
    private final FakeKeys keys;
    private final Contents contents;
    private final AtomicBoolean closed = new AtomicBoolean();

    public FakeHsm(TokenLabel label) {
        this(label, new FaultPlan());
    }

    public FakeHsm(TokenLabel label, FaultPlan faults) {
        this(label, faults, FakeKeys.random());
    }

    /** With keys of a chosen origin: {@link FakeKeys#seeded} makes a run repeatable to the last kid. */
    public FakeHsm(TokenLabel label, FaultPlan faults, FakeKeys keys) {
        this(label, faults, keys, new Contents());
    }

    private FakeHsm(TokenLabel label, FaultPlan faults, FakeKeys keys, Contents contents) {
        this.label = label;
        this.faults = faults;
        this.keys = keys;
        this.contents = contents;
    }

    @Override
    public TokenLabel label() {
        return label;
    }

    @Override
    public TokenDescription describe() {
        requireUp();
        return new TokenDescription(label, "fake-" + label, "keymgr", "fake", "1.0", false);
    }

    @Override
    public Optional<TokenKey> find(CkaId id) {
        requireUp();
        return Optional.ofNullable(contents.keys.get(id)).map(pair -> toTokenKey(id, pair));
    }

    @Override
    public List<TokenKey> list() {
        requireUp();
        return contents.keys.entrySet().stream()
                .map(entry -> toTokenKey(entry.getKey(), entry.getValue()))
                .toList();
    }

    @Override
    public TokenKey generate(CkaId id, SigningAlgorithm algorithm, Instant now) {
        requireUp();
        return faults.write(
                "hsm.generate",
                () -> {
                    KeyPair pair = contents.keys.computeIfAbsent(id, absent -> {
                        contents.generated.incrementAndGet();
                        contents.attributes.put(id, FakeKeys.GENERATED);
                        return keys.generate(algorithm);
                    });
                    return toTokenKey(id, pair);
                },
                this::unavailable);
    }

    @Override
    public byte[] sign(CkaId id, SigningAlgorithm algorithm, byte[] input) {
        requireUp();
        return faults.write(
                "hsm.sign", () -> FakeKeys.sign(require(id).getPrivate(), algorithm, input), this::unavailable);
    }

    @Override
    public SigningHandle open(CkaId id, SigningAlgorithm algorithm) {
        requireUp();
        require(id);
        return input -> {
            requireUp();
            return FakeKeys.sign(require(id).getPrivate(), algorithm, input);
        };
    }

    @Override
    public void destroy(CkaId id) {
        requireUp();
        faults.run("hsm.destroy", () -> vanish(id), this::unavailable);
    }

    @Override
    public void close() {
        closed.set(true);
    }

    /** The same token, logged in to once more: what a restarted process or a second one sees. */
    public FakeHsm loginAgain() {
        return new FakeHsm(label, faults, keys, contents);
    }

    /** From now on every call fails with TOKEN_UNAVAILABLE, for every login. */
    public void takeDown() {
        contents.down.set(true);
    }

    public void bringUp() {
        contents.down.set(false);
    }

    /** Destroys a key as if somebody else had done it; no fault is asked. */
    public void vanish(CkaId id) {
        contents.keys.remove(id);
        contents.attributes.remove(id);
    }

    /** Puts a key there as if somebody else had done it, with attributes of choice. */
    public void plant(CkaId id, SigningAlgorithm algorithm, KeyAttributes attributes) {
        contents.attributes.put(id, attributes);
        contents.keys.put(id, keys.generate(algorithm));
    }

    /** How many keys were ever made: a repeat of {@link #generate} must not count. */
    public int generatedCount() {
        return contents.generated.get();
    }

    private TokenKey toTokenKey(CkaId id, KeyPair pair) {
        return new TokenKey(
                new KeyLocation(label, id),
                "keymgr-" + id.hex().substring(0, 8),
                FakeKeys.toVerificationKey(pair.getPublic()),
                contents.attributes.getOrDefault(id, FakeKeys.GENERATED));
    }

    private KeyPair require(CkaId id) {
        KeyPair pair = contents.keys.get(id);
        if (pair == null) {
            throw new HsmException(ErrorCode.TOKEN_KEY_MISSING, label, "no private key under CKA_ID " + id);
        }
        return pair;
    }

    private void requireUp() {
        if (closed.get()) {
            throw new IllegalStateException("token " + label + " is closed");
        }
        if (contents.down.get()) {
            throw unavailable();
        }
    }

    private HsmException unavailable() {
        return new HsmException(ErrorCode.TOKEN_UNAVAILABLE, label, "not reachable (simulated); bring it up again");
    }
}
