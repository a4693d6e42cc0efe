package dev.keymgr.bench;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import dev.keymgr.json.Json;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.token.TokenRejectedException;
import dev.keymgr.token.TokenVerifier;
import dev.keymgr.token.TrustedKeys;
import dev.keymgr.token.VerificationPolicy;
import dev.keymgr.token.VerifiedToken;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Verdicts per second of {@link TokenVerifier}, beside those of Nimbus with the same token, keys and demands. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 2)
@Measurement(iterations = 3, time = 2)
@State(Scope.Benchmark)
public class VerificationBenchmark {
    private static final dev.keymgr.key.Scope SCOPE = new dev.keymgr.key.Scope(
            new ScopeName("consumer"), "https://login.example/consumer", List.of("https://api.example/consumer"));
    private static final Duration LIFETIME = Duration.ofHours(20);

    @Param({"ES256", "RS256"})
    private String algorithm = "ES256";

    private String token = "";
    private TokenVerifier verifier = new TokenVerifier(SCOPE, policy(), new Fixed(JwkSet.empty()), Clock.systemUTC());
    private DefaultJWTProcessor<SecurityContext> nimbus = new DefaultJWTProcessor<>();

    /** Keys that never change. */
    private record Fixed(JwkSet own) implements TrustedKeys {
        @Override
        public Set<Kid> revoked() {
            return Set.of();
        }

        @Override
        public Map<ScopeName, JwkSet> others() {
            return Map.of();
        }
    }

    private static VerificationPolicy policy() {
        return VerificationPolicy.accessTokens(Set.copyOf(SCOPE.audiences()), LIFETIME);
    }

    @Setup
    public void prepare() throws ParseException {
        TestKey key = TestKey.generate(SigningAlgorithm.valueOf(algorithm));
        JwkSet keys = JwkSet.of(
                List.of(key.jwk(), TestKey.generate(SigningAlgorithm.valueOf(algorithm)).jwk()));
        token = token(key);
        verifier = new TokenVerifier(SCOPE, policy(), new Fixed(keys), Clock.systemUTC());
        String document = new String(
                Json.render(Map.of(
                        "keys", keys.keys().stream().map(jwk -> jwk.toMembers()).toList())),
                StandardCharsets.UTF_8);
        nimbus = new DefaultJWTProcessor<>();
        nimbus.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType(VerificationPolicy.ACCESS_TOKEN)));
        nimbus.setJWSKeySelector(new JWSVerificationKeySelector<>(
                JWSAlgorithm.parse(algorithm), new ImmutableJWKSet<>(JWKSet.parse(document))));
        nimbus.setJWTClaimsSetVerifier(new DefaultJWTClaimsVerifier<>(
                SCOPE.audiences().get(0),
                new JWTClaimsSet.Builder()
                        .issuer(SCOPE.issuer())
                        .claim("trust_scope", SCOPE.name().value())
                        .build(),
                Set.of("sub", "iat", "exp", "jti")));
    }

    private static String token(TestKey key) {
        Instant now = Instant.now();
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", key.algorithm().name());
        header.put("kid", key.kid().value());
        header.put("typ", VerificationPolicy.ACCESS_TOKEN);
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", SCOPE.issuer());
        claims.put("trust_scope", SCOPE.name().value());
        claims.put("sub", "alice");
        claims.put("aud", SCOPE.audiences().get(0));
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(LIFETIME).getEpochSecond());
        claims.put("jti", "5XpQk0b7Rk6yQm1x4Zs1Vw");
        String input = Base64Url.encode(Json.render(header)) + '.' + Base64Url.encode(Json.render(claims));
        return input + '.' + Base64Url.encode(key.sign(input.getBytes(StandardCharsets.US_ASCII)));
    }

    @Benchmark
    public VerifiedToken keymgr() throws TokenRejectedException {
        return verifier.verify(token);
    }

    @Benchmark
    public JWTClaimsSet nimbus() throws ParseException, BadJOSEException, JOSEException {
        return nimbus.process(token, null);
    }
}
