package dev.keymgr.token.remote;

import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.jwks.Jwk;
import dev.keymgr.jwks.JwkSet;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How a key set is published and believed. Not for many threads. */
sealed interface KeySetForm permits SignedKeySetForm, PlainKeySetForm {
    /**
     * Keys as they were taken.
     *
     * @param sequence null where they are not signed
     * @param confirmedAt when the issuer last said that they stand
     * @param until from when on they are not gone by
     * @param source as it came; null where nothing will be asked of it again
     */
    record Keys(
            JwkSet set,
            @Nullable Long sequence,
            @Nullable Instant signedAt,
            Instant confirmedAt,
            Instant until,
            @Nullable String source) {
        boolean isOf(long signing) {
            return sequence != null && sequence >= signing;
        }
    }

    RemoteDocument document();

    /**
     * Looks at the document.
     *
     * @return what to go by from now on
     * @throws dev.keymgr.key.KeymgrException when there is nothing new to go by; what is held stands
     */
    Keys refresh(@Nullable Keys before, Instant now);

    /** Believes these authorities alone. Returns whether that is fewer than before. */
    boolean trustOnly(PinnedAuthorities authorities);

    /** The same keys, or null when nobody vouches for them any more. */
    @Nullable
    Keys stillTrusted(@Nullable Keys keys, Instant now);

    /** Whatever document a key stands in, it speaks for the issuer that it names and for no other. */
    static boolean isOf(Jwk key, String issuer, RefreshPolicy.Unbound unbound) {
        Jwk.Binding binding = key.binding();
        return binding == null
                ? unbound == RefreshPolicy.Unbound.ADMITTED
                : binding.issuer().equals(issuer);
    }
}
