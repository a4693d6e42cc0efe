package dev.keymgr.token.remote;

import dev.keymgr.key.Kid;
import java.time.Instant;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * How a source stands, for operators.
 *
 * @param sequence of the signed set that is gone by; null where there is none
 * @param signedAt when that set was signed
 * @param trustedUntil from when on nothing is trusted unless the issuer is heard; null where nothing is trusted now
 * @param keysConfirmedAt when the issuer last said that the key set stands
 * @param revocationsConfirmedAt when it last said so of the list of revocations; null also where nothing is signed
 * @param kids of the keys that are trusted
 * @param authorities that are pinned and not revoked; empty where none are pinned
 * @param failures looks in a row that failed, at the key set or at the list of revocations, whichever are more
 * @param lastError what the last failure said, kept after it is over
 */
public record SourceStatus(
        @Nullable Long sequence,
        @Nullable Instant signedAt,
        @Nullable Instant trustedUntil,
        @Nullable Instant keysConfirmedAt,
        @Nullable Instant revocationsConfirmedAt,
        SortedSet<Kid> kids,
        SortedSet<Kid> authorities,
        int failures,
        @Nullable String lastError,
        @Nullable Instant lastErrorAt) {}
