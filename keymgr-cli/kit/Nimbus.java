import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Has Nimbus JOSE + JWT judge the test tokens of {@code keymgr kit}, set up as its documentation advises.
 *
 * <p>{@code java -cp nimbus-jose-jwt.jar Nimbus.java DIR > verdicts.jsonl}
 *
 * <p>Nimbus knows neither revoked-keys.jwt nor signed sets, so it is given the plain key set that lies beside the file to
 * judge by.
 */
final class Nimbus {
    private static final int KIT_BYTES_MAX = 1 << 20;

    private Nimbus() {}

    @SuppressWarnings("unchecked") // kit.json has the same form in every kit
    public static void main(String[] arguments) throws IOException, ParseException {
        Path folder = Path.of(arguments[0]);
        Map<String, Object> kit =
                JSONObjectUtils.parse(Files.readString(folder.resolve("kit.json")), KIT_BYTES_MAX);
        Map<String, Object> scope = (Map<String, Object>) kit.get("scope");
        for (Map<String, Object> one : (List<Map<String, Object>>) kit.get("cases")) {
            Path set = folder.resolve((String) one.get("keys")).resolveSibling("jwks.json");
            String token = Files.readString(folder.resolve((String) one.get("token")));
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("id", one.get("id"));
            line.put("accepted", true);
            line.put("verifier", "nimbus");
            try {
                processor(kit, scope, JWKSet.load(set.toFile())).process(token.substring(0, token.length() - 1), null);
            } catch (BadJOSEException | JOSEException | ParseException | RuntimeException e) {
                line.put("accepted", false);
                line.put("reason", e.toString());
            }
            System.out.println(JSONObjectUtils.toJSONString(line));
        }
    }

    @SuppressWarnings("unchecked")
    private static DefaultJWTProcessor<SecurityContext> processor(
            Map<String, Object> kit, Map<String, Object> scope, JWKSet keys) {
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                (String) scope.get("audience"),
                new JWTClaimsSet.Builder().issuer((String) scope.get("issuer")).build(),
                new HashSet<>((List<String>) kit.get("requiredClaims")));
        claims.setMaxClockSkew(0);
        Set<JWSAlgorithm> algorithms = ((List<String>) kit.get("algorithms"))
                .stream().map(JWSAlgorithm::parse).collect(Collectors.toSet());
        DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType((String) kit.get("typ"))));
        processor.setJWTClaimsSetVerifier(claims);
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(algorithms, new ImmutableJWKSet<>(keys)));
        return processor;
    }
}
