package dev.keymgr.testkit;

import java.net.URI;
import java.time.Duration;
import org.jose4j.jwa.AlgorithmConstraints.ConstraintType;
import org.jose4j.jwk.HttpsJwks;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumer;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.HttpsJwksVerificationKeyResolver;
import org.jspecify.annotations.Nullable;

/**
 * jose4j, which obeys the max-age that is served, and keeps a document for an hour when it is told none, or 0. A kid that it
 * does not know makes it look no earlier than the longest max-age allows.
 */
public final class Jose4jVerifier implements RemoteVerifier {
    private final JwtConsumer consumer;

    public Jose4jVerifier(URI jwks, String scope, Duration cache) {
        HttpsJwks remote = new HttpsJwks(jwks.toString());
        remote.setRefreshReprieveThreshold(cache.toMillis());
        consumer = new JwtConsumerBuilder()
                .setVerificationKeyResolver(new HttpsJwksVerificationKeyResolver(remote))
                .setJwsAlgorithmConstraints(
                        ConstraintType.PERMIT, AlgorithmIdentifiers.ECDSA_USING_P256_CURVE_AND_SHA256)
                .setExpectedType(true, "at+jwt")
                .setExpectedIssuer("https://login.example/" + scope)
                .setExpectedAudience("https://api.example/" + scope)
                .setRequireExpirationTime()
                .build();
    }

    @Override
    public String name() {
        return "jose4j";
    }

    @Override
    public @Nullable String objection(String token) {
        try {
            consumer.processToClaims(token);
            return null;
        } catch (InvalidJwtException e) {
            return e.getMessage();
        }
    }
}
