package dev.keymgr.token.remote;

import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.authority.RevocationList;
import dev.keymgr.key.KeymgrException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@code revoked-keys.jwt}: believed because a pinned authority signed it. Not for many threads. */
final class RevocationsForm {
    /** As it was taken. */
    record Revocations(RevocationList list, String source, Instant confirmedAt) {}

    private final RemoteDocument document;
    private final Duration skew;
    private final Succession succession = new Succession("list of revocations");
    private volatile PinnedAuthorities authorities;

    RevocationsForm(RemoteDocument document, PinnedAuthorities authorities, Duration skew) {
        this.document = document;
        this.authorities = authorities;
        this.skew = skew;
    }

    RemoteDocument document() {
        return document;
    }

    /** Those that no list has ended. */
    PinnedAuthorities authorities() {
        return authorities;
    }

    /**
     * Looks at the document.
     *
     * @return what to go by from now on
     * @throws KeymgrException when there is nothing new to go by; what is held stands
     */
    Revocations refresh(@Nullable Revocations before, Instant now) {
        try {
            RemoteDocument.Answer answer = document.fetch(now);
            byte[] body = answer.body();
            Revocations list = body == null && before != null
                    ? new Revocations(before.list(), before.source(), now)
                    : taken(body == null ? "" : new String(body, StandardCharsets.US_ASCII), now);
            document.took(answer, now);
            return list;
        } catch (KeymgrException e) {
            document.failed(now);
            throw e;
        }
    }

    private Revocations taken(String compact, Instant now) {
        RevocationList list = authorities.readRevocations(compact, now, skew);
        succession.require(authorities.scope(), list.sequence(), compact);
        authorities = authorities.without(list.authorities());
        return new Revocations(list, compact, now);
    }

    /** The same list, or null when one that it ended had signed it. */
    @Nullable
    Revocations stillTrusted(Revocations list, Instant now) {
        try {
            authorities.readRevocations(list.source(), now, skew);
            return list;
        } catch (KeymgrException e) {
            document.forget();
            return null;
        }
    }
}
