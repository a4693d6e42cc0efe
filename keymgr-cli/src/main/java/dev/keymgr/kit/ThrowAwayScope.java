package dev.keymgr.kit;

import dev.keymgr.authority.Authority;
import dev.keymgr.authority.ScopeCertificate;
import dev.keymgr.jwks.Jwk;
import dev.keymgr.key.CkaId;
import dev.keymgr.key.KeyCertificate;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Scope;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A scope with an authority of its own that lives as long as the process. */
final class ThrowAwayScope {
    private static final KeyLocation NOWHERE = new KeyLocation(new TokenLabel("kit"), new CkaId(""));

    private final Scope scope;
    private final Span span;
    private final ThrowAwayKey key;
    private final Authority authority;

    ThrowAwayScope(Scope scope, Span span, SecureRandom random) {
        this.scope = scope;
        this.span = span;
        this.key = ThrowAwayKey.generate(Authority.ALGORITHM, random);
        KeyCertificate own = ScopeCertificate.ofAuthority(scope, key.publicKey(), span.longAgo(), key::sign);
        this.authority = new Authority(scope.name(), NOWHERE, key.publicKey(), own, span.longAgo(), null);
    }

    Scope scope() {
        return scope;
    }

    /** What its verifiers pin. */
    byte[] pem() {
        return Pem.certificate(authority.certificate());
    }

    /** A key of this scope as its documents list it, without its certificates. */
    Jwk list(ThrowAwayKey listed, @Nullable Instant notBefore, Instant expires) {
        KeyCertificate certificate = certify(listed);
        return new Jwk(
                listed.kid(),
                listed.algorithm(),
                listed.publicKey(),
                span.longAgo(),
                notBefore,
                expires,
                new Jwk.Binding(scope.issuer(), certificate.thumbprint(), List.of()));
    }

    /** The same with its certificates. */
    Jwk vouchFor(ThrowAwayKey listed, Jwk jwk) {
        return jwk.withChain(certify(listed), List.of(authority.certificate()));
    }

    private KeyCertificate certify(ThrowAwayKey listed) {
        return ScopeCertificate.ofKey(scope, authority, listed.publicKey(), span.longAgo(), key::sign);
    }

    /** Has its authority sign a document. */
    String sign(String type, Map<String, ?> claims) {
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", SigningAlgorithm.ES384.name());
        header.put("kid", key.kid().value());
        header.put("typ", type);
        return Compact.of(header, claims, key::sign);
    }
}
