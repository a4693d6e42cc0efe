package dev.keymgr.token.remote;

import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.JwkSetParser;
import dev.keymgr.key.KeymgrException;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code jwks.json}: believed because of where it was fetched. */
record PlainKeySetForm(RemoteDocument document, String issuer, RefreshPolicy.Unsigned policy) implements KeySetForm {
    @Override
    public Keys refresh(@Nullable Keys before, Instant now) {
        try {
            RemoteDocument.Answer answer = document.fetch(now);
            byte[] body = answer.body();
            JwkSet set = body == null
                    ? Objects.requireNonNull(before, "unchanged since nothing").set()
                    : ours(JwkSetParser.parse(body));
            document.took(answer, now);
            return new Keys(set, null, null, now, now.plus(policy.trust()), null);
        } catch (KeymgrException e) {
            document.failed(now);
            throw e;
        }
    }

    private JwkSet ours(JwkSet published) {
        return JwkSet.of(published.keys().stream()
                .filter(key -> KeySetForm.isOf(key, issuer, policy.unbound()))
                .toList());
    }

    @Override
    public boolean trustOnly(PinnedAuthorities authorities) {
        return false;
    }

    @Override
    public @Nullable Keys stillTrusted(@Nullable Keys keys, Instant now) {
        return keys;
    }
}
