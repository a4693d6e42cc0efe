package dev.keymgr.authority;

import dev.keymgr.key.ScopeName;
import java.util.Map;

/** Has an authority of a scope sign claims. For many threads. */
@FunctionalInterface
public interface DocumentSigner {
    /**
     * Signs with the first authority of the scope that stands and whose token answers.
     *
     * @param type the {@code typ} of the header
     * @return a compact JWS
     * @throws dev.keymgr.key.KeymgrException STALE when the scope has no authority; a TOKEN_ code when none of their tokens
     *     answers. Nothing was signed
     */
    String sign(ScopeName scope, String type, Map<String, ?> claims);
}
