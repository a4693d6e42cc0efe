package dev.keymgr.daemon.events;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.keymgr.authority.DocumentSigner;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.ScopeName;
import java.text.ParseException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** An authority of another make: signs and verifies with Nimbus. Its token can be taken away. */
final class SoftwareAuthority implements DocumentSigner {
    final ECKey key;
    final AtomicInteger signatures = new AtomicInteger();
    volatile boolean away;

    SoftwareAuthority() {
        try {
            key = new ECKeyGenerator(Curve.P_384).keyIDFromThumbprint(true).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String sign(ScopeName scope, String type, Map<String, ?> claims) {
        if (away) {
            throw new KeymgrException(ErrorCode.TOKEN_UNAVAILABLE, "away");
        }
        try {
            SignedJWT jwt = new SignedJWT(
                    new JWSHeader.Builder(JWSAlgorithm.ES384)
                            .type(new JOSEObjectType(type))
                            .keyID(key.getKeyID())
                            .build(),
                    JWTClaimsSet.parse(Map.copyOf(claims)));
            jwt.sign(new ECDSASigner(key));
            signatures.incrementAndGet();
            return jwt.serialize();
        } catch (JOSEException | ParseException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The claims, once the signature and the type were found good. */
    JWTClaimsSet claims(String token) {
        try {
            SignedJWT jwt = SignedJWT.parse(token);
            if (!jwt.verify(new ECDSAVerifier(key.toECPublicKey()))
                    || !"secevent+jwt".equals(jwt.getHeader().getType().getType())) {
                throw new AssertionError("not a security event token: " + jwt.getHeader());
            }
            return jwt.getJWTClaimsSet();
        } catch (ParseException | JOSEException e) {
            throw new AssertionError(e);
        }
    }
}
