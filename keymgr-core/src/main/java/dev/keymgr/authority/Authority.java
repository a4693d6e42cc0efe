package dev.keymgr.authority;

import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An authority of a scope. Immutable.
 *
 * @param location one for each token of the scope, so that a token that is lost or stolen leaves another to vouch
 * @param publicKey fits {@link #ALGORITHM}
 * @param certificate its own, self-signed: what verifiers pin
 * @param revokedAt from when nothing it signs counts any more; null while it stands
 */
public record Authority(
        ScopeName scope,
        KeyLocation location,
        VerificationKey publicKey,
        KeyCertificate certificate,
        Instant establishedAt,
        @Nullable Instant revokedAt) {
    /** What it signs with. */
    public static final SigningAlgorithm ALGORITHM = SigningAlgorithm.ES384;

    public Authority {
        if (!publicKey.fits(ALGORITHM)) {
            throw new IllegalArgumentException("an authority signs with " + ALGORITHM + "; its key does not fit");
        }
    }

    /** The thumbprint of its key. */
    public Kid kid() {
        return Kid.of(publicKey);
    }

    public boolean stands() {
        return revokedAt == null;
    }

    public Authority revoked(Instant at) {
        return new Authority(scope, location, publicKey, certificate, establishedAt, at);
    }
}
