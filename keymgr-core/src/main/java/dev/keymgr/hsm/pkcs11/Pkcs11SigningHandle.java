package dev.keymgr.hsm.pkcs11;

import dev.keymgr.hsm.SigningHandle;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.SigningAlgorithm;
import java.security.GeneralSecurityException;
import java.security.ProviderException;

/** A key bound to a pool of signatures, and bound afresh, once per call, when that pool's connection has broken. */
final class Pkcs11SigningHandle implements SigningHandle {
    private final Pkcs11Hsm hsm;
    private final CkaId id;
    private final SigningAlgorithm algorithm;
    private volatile BoundKey bound;

    Pkcs11SigningHandle(Pkcs11Hsm hsm, CkaId id, SigningAlgorithm algorithm, BoundKey bound) {
        this.hsm = hsm;
        this.id = id;
        this.algorithm = algorithm;
        this.bound = bound;
    }

    @Override
    public byte[] sign(byte[] input) {
        hsm.requireOpen();
        BoundKey before = bound;
        try {
            return before.pool().sign(input);
        } catch (GeneralSecurityException | ProviderException e) {
            BoundKey renewed = hsm.rebind(before, id, algorithm);
            bound = renewed;
            return signOnceMore(renewed, input, e);
        }
    }

    private byte[] signOnceMore(BoundKey renewed, byte[] input, Exception first) {
        try {
            return renewed.pool().sign(input);
        } catch (GeneralSecurityException | ProviderException e) {
            e.addSuppressed(first);
            throw Failures.unavailable(
                    hsm.label(), "connected afresh, and signing failed again; see whether it is up", e);
        }
    }
}
