package dev.keymgr.jwks;

import dev.keymgr.json.Json;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Publication;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the document that a publication describes. Pure, and the same input gives the same bytes: a publication that was
 * recorded before a crash is rendered again, byte for byte, after it.
 */
public final class JwksRenderer {
    private JwksRenderer() {}

    /**
     * The keys in order of kid, compact. Whether the document may be served is for {@link JwksLint} to say.
     *
     * @throws dev.keymgr.key.KeymgrException KEY_UNKNOWN when the publication lists a key that is not in the keyring
     */
    public static JwksDocument render(Keyring keyring, Publication publication) {
        List<Map<String, Object>> keys = new ArrayList<>();
        publication
                .listings()
                .forEach((kid, listing) ->
                        keys.add(Jwk.of(keyring.require(kid), listing).toMembers()));
        return new JwksDocument(
                keyring.scope(), publication.number(), Json.render(Map.of("keys", keys)), publication.maxAge());
    }
}
