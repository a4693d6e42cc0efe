package dev.keymgr.testkit;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An API behind a scope, made with Nimbus. It keeps a document for the whole max-age and does not look again for a kid that
 * it does not know: the least patient verifier that the policy has to serve. For one thread.
 */
public final class RelyingParty {
    private final DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();

    public RelyingParty(String scope, Path document, Duration maxAge) {
        DefaultJWTClaimsVerifier<SecurityContext> claims = new DefaultJWTClaimsVerifier<>(
                "https://api.example/" + scope,
                new JWTClaimsSet.Builder()
                        .issuer("https://login.example/" + scope)
                        .build(),
                Set.of("sub", "iat", "exp", "jti"));
        claims.setMaxClockSkew(0);
        processor.setJWSTypeVerifier(new DefaultJOSEObjectTypeVerifier<>(new JOSEObjectType("at+jwt")));
        processor.setJWSKeySelector(
                new JWSVerificationKeySelector<>(JWSAlgorithm.ES256, new CachedDocument(document, maxAge)));
        processor.setJWTClaimsSetVerifier(claims);
    }

    /** What it holds against a token; null when it accepts it. */
    public @Nullable String objection(String token) {
        try {
            processor.process(token, null);
            return null;
        } catch (BadJOSEException | JOSEException | ParseException e) {
            return e.toString();
        }
    }

    private static final class CachedDocument implements JWKSource<SecurityContext> {
        private final Path file;
        private final long maxAgeNanos;
        private @Nullable JWKSet held;
        private long readAt;

        CachedDocument(Path file, Duration maxAge) {
            this.file = file;
            this.maxAgeNanos = maxAge.toNanos();
        }

        @Override
        public List<JWK> get(JWKSelector selector, @Nullable SecurityContext context) {
            JWKSet known = held;
            if (known == null || System.nanoTime() - readAt >= maxAgeNanos) {
                try {
                    readAt = System.nanoTime();
                    known = JWKSet.load(file.toFile());
                    held = known;
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                } catch (ParseException e) {
                    throw new IllegalStateException(file + " is no key set", e);
                }
            }
            return selector.select(known);
        }
    }
}
