package dev.keymgr.token.remote;

import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.authority.SignedKeySet;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.key.KeymgrException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** {@code jwks.jwt}: believed because a pinned authority signed it and certified each key. */
final class SignedKeySetForm implements KeySetForm {
    private final RemoteDocument document;
    private final Duration skew;
    private final Succession succession = new Succession("signed set");
    private PinnedAuthorities authorities;

    SignedKeySetForm(RemoteDocument document, PinnedAuthorities authorities, Duration skew) {
        this.document = document;
        this.authorities = authorities;
        this.skew = skew;
    }

    @Override
    public RemoteDocument document() {
        return document;
    }

    @Override
    public Keys refresh(@Nullable Keys before, Instant now) {
        try {
            RemoteDocument.Answer answer = document.fetch(now);
            byte[] body = answer.body();
            Keys keys = body == null && before != null
                    ? new Keys(before.set(), before.sequence(), before.signedAt(), now, before.until(), before.source())
                    : taken(body == null ? "" : new String(body, StandardCharsets.US_ASCII), now);
            document.took(answer, now);
            return keys;
        } catch (KeymgrException e) {
            document.failed(now);
            throw e;
        }
    }

    private Keys taken(String compact, Instant now) {
        SignedKeySet proved = authorities.readKeys(compact, now, skew);
        succession.require(authorities.scope(), proved.sequence(), compact);
        JwkSet ours = JwkSet.of(proved.keys().keys().stream()
                .filter(key -> KeySetForm.isOf(key, authorities.issuer(), RefreshPolicy.Unbound.REFUSED))
                .toList());
        return new Keys(ours, proved.sequence(), proved.issuedAt(), now, proved.expiresAt(), compact);
    }

    @Override
    public boolean trustOnly(PinnedAuthorities left) {
        boolean fewer = left != authorities;
        authorities = left;
        return fewer;
    }

    @Override
    public @Nullable Keys stillTrusted(@Nullable Keys keys, Instant now) {
        if (keys == null || keys.source() == null) {
            return null;
        }
        try {
            authorities.readKeys(keys.source(), now, skew);
            return keys;
        } catch (KeymgrException e) {
            document.forget();
            return null;
        }
    }
}
