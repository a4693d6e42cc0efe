package dev.keymgr.token;

import dev.keymgr.key.Kid;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A JWS whose signature holds. Only {@link JwsVerifier} makes one, so having one is the proof. It proves who signed, not
 * that the content is meant for you or still valid: for access tokens use {@link TokenVerifier}.
 */
public final class VerifiedJws {
    private final byte[] payload;
    private final Kid kid;
    private final @Nullable String type;

    VerifiedJws(byte[] payload, Kid kid, @Nullable String type) {
        this.payload = payload.clone();
        this.kid = kid;
        this.type = type;
    }

    public byte[] payload() {
        return payload.clone();
    }

    public Kid kid() {
        return kid;
    }

    /** The header's {@code typ}, as spelled there. */
    public Optional<String> type() {
        return Optional.ofNullable(type);
    }
}
