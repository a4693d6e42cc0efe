package dev.keymgr.daemon;

import dev.keymgr.json.Json;
import dev.keymgr.key.Scope;
import dev.keymgr.key.SigningAlgorithm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a relying party looks up first: where the keys of an issuer are. Only what is true of any issuer whose keys keymgr
 * keeps; the issuer itself adds its endpoints where it has some.
 *
 * @standard RFC 8414 s. 2
 */
final class Discovery {
    private Discovery() {}

    static byte[] render(Scope scope, List<SigningAlgorithm> algorithms) {
        String issuer = scope.issuer();
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("issuer", issuer);
        document.put("jwks_uri", issuer + (issuer.endsWith("/") ? "" : "/") + "jwks.json");
        document.put("response_types_supported", List.of("code"));
        document.put("subject_types_supported", List.of("public"));
        document.put(
                "id_token_signing_alg_values_supported",
                algorithms.stream().map(Enum::name).toList());
        return Json.render(document);
    }
}
