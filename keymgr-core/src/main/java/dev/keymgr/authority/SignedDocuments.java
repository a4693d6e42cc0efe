package dev.keymgr.authority;

import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The signed documents of a scope, which are always signed together. Immutable.
 *
 * @param sequence above that of all documents before: see {@link #sequenceAfter}
 * @param authority who signed
 * @param basis the digest of what they say, without the times of signing: another basis means other documents
 * @param expiresAt from when a verifier goes by them no more
 * @param keys a compact JWS: the keys that are trusted now
 * @param history a compact JWS: every key that ever was published
 * @param revocations a compact JWS: the keys and authorities that are trusted no more
 */
public record SignedDocuments(
        ScopeName scope,
        long sequence,
        Kid authority,
        String basis,
        Instant signedAt,
        Instant expiresAt,
        String keys,
        String history,
        String revocations) {

    /**
     * The sequence of the next documents: the second at which they are signed, or one more than the last where that is not
     * above it. A store that was restored from a backup so goes on above everything that was signed since the backup.
     *
     * @param last zero for none
     */
    public static long sequenceAfter(long last, Instant now) {
        return Math.max(last + 1, now.getEpochSecond());
    }

    /** Their bytes by the names under which they are served. */
    public Map<String, byte[]> files() {
        Map<String, byte[]> files = new LinkedHashMap<>();
        // What ends trust first: whoever reads in between learns too much rather than too little.
        files.put("revoked-keys.jwt", revocations.getBytes(StandardCharsets.US_ASCII));
        files.put("jwks.jwt", keys.getBytes(StandardCharsets.US_ASCII));
        files.put("historical-keys.jwt", history.getBytes(StandardCharsets.US_ASCII));
        return files;
    }

    /** Whether they are due to be signed anew: they say something else, their signer was revoked, or half their time is over. */
    public boolean areDue(String basisNow, boolean signerStands, Instant now) {
        Instant half = signedAt.plus(Duration.between(signedAt, expiresAt).dividedBy(2));
        return !basis.equals(basisNow) || !signerStands || !now.isBefore(half);
    }
}
