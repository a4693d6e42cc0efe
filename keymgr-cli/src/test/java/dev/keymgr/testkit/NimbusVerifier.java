package dev.keymgr.testkit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.net.MalformedURLException;
import java.net.URI;
import java.text.ParseException;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Nimbus and its remote source: a cache, and a bound on how often an unknown kid makes it look again. */
public final class NimbusVerifier implements RemoteVerifier {
    /** Its own default: 5 minutes of cache, two looks in 30 seconds. */
    private static final int CACHES_PER_LIMIT = 10;

    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    public NimbusVerifier(URI jwks, String scope, Duration cache) {
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                "https://api.example/" + scope,
                new JWTClaimsSet.Builder()
                        .issuer("https://login.example/" + scope)
                        .build(),
                Set.of("sub", "iat", "exp"));
        claims.setMaxClockSkew(0);
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        processor.setJWTClaimsSetVerifier(claims);
        try {
            processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                    JWSAlgorithm.ES256,
                    JWKSourceBuilder.create(jwks.toURL())
                            .cache(cache.toMillis(), cache.dividedBy(2).toMillis())
                            .refreshAheadCache(false)
                            .rateLimited(cache.dividedBy(CACHES_PER_LIMIT).toMillis())
                            .build()));
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    @Override
    public String name() {
        return "nimbus";
    }

    @Override
    public @Nullable String objection(String token) {
        try {
            processor.process(token, null);
            return null;
        } catch (BadJOSEException | JOSEException | ParseException e) {
            return e.toString();
        }
    }
}
