package dev.keymgr.token;

import dev.keymgr.jwks.JwkSet;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a verifier of one scope learns what is published and revoked. Asked for each token, so an implementation keeps
 * what it has read; it throws {@link dev.keymgr.key.KeymgrException} STALE when what it has is too old to go by.
 */
public interface TrustedKeys {
    /** The key set of the verifier's own issuer. */
    JwkSet own();

    /**
     * The same, asked when {@link #own} has no key of a kid that a token claims. A source that fetches may look again first,
     * under a bound of its own: strangers decide how often this is asked.
     */
    default JwkSet ownAfterUnknown(Kid kid) {
        return own();
    }

    /** How fresh {@link #own} is; empty where the source does not say. Never fails and never waits. */
    default Optional<Freshness> freshness() {
        return Optional.empty();
    }

    /**
     * How fresh a set is.
     *
     * @param sequence of the signed set; null where it is not signed
     * @param confirmedAt when its publisher last said that it stands
     */
    record Freshness(@Nullable Long sequence, Instant confirmedAt) {}

    /** Keys whose trust was ended. They are refused also while a set still lists them. */
    Set<Kid> revoked();

    /** Keys under suspicion: no token of theirs is accepted that was made at this instant or later. */
    default Map<Kid, Instant> suspended() {
        return Map.of();
    }

    /**
     * The sets of the other scopes, without the verifier's own. They never make a token acceptable: only after a rejection
     * is it asked whether one of them signed it. Empty where nobody wants to know.
     */
    Map<ScopeName, JwkSet> others();
}
