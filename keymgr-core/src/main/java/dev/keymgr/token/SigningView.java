package dev.keymgr.token;

import dev.keymgr.hsm.SigningHandle;
import dev.keymgr.json.Json;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.key.SigningKey;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a signer last saw of its keyring. Immutable, handed from thread to thread by one volatile field.
 *
 * @param readAt before the keyring was asked: what was true then may have changed since
 * @param rereadAt from when on somebody should ask again
 * @param key the active one; null when there was none
 * @param handle to its private half; null until somebody has opened it
 * @param header the protected header of every token of this key, encoded
 */
record SigningView(
        Instant readAt,
        Instant rereadAt,
        @Nullable SigningKey key,
        @Nullable SigningHandle handle,
        String header) {
    /** A view is read anew this many times in a drain, so that one failed read still leaves two in time. */
    private static final int READS_PER_DRAIN = 4;

    static SigningView of(
            Instant readAt, Duration drain, @Nullable SigningKey key, String type, @Nullable SigningView before) {
        Instant rereadAt = readAt.plus(drain.dividedBy(READS_PER_DRAIN));
        if (key == null) {
            return new SigningView(readAt, rereadAt, null, null, "");
        }
        if (before != null && before.key() != null && before.key().kid().equals(key.kid())) {
            return new SigningView(readAt, rereadAt, key, before.handle(), before.header());
        }
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", key.algorithm().name());
        header.put("typ", type);
        header.put("kid", key.kid().value());
        return new SigningView(readAt, rereadAt, key, null, Base64Url.encode(Json.render(header)));
    }

    /** Nobody need ask again; implies {@link #isUsable}. A clock that went back before the reading makes no view fresh. */
    boolean isFresh(Instant now) {
        return !now.isBefore(readAt) && now.isBefore(rereadAt);
    }

    /** Younger than the drain. At exactly that age it is over: the private half may be destroyed from then on. */
    boolean isUsable(Instant now, Duration drain) {
        return !now.isBefore(readAt) && now.isBefore(readAt.plus(drain));
    }

    SigningView opened(SigningHandle opened) {
        return new SigningView(readAt, rereadAt, key, opened, header);
    }

    /** The same sight of things, to be asked about again a little later, and never after its own end. */
    SigningView retryAt(Instant next, Duration drain) {
        Instant end = readAt.plus(drain);
        return new SigningView(readAt, next.isBefore(end) ? next : end, key, handle, header);
    }
}
