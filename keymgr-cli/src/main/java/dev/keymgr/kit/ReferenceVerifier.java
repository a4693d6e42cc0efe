package dev.keymgr.kit;

import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.authority.RevocationList;
import dev.keymgr.authority.SignedKeySet;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.JwkSetParser;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.kit.Expectations.Expectation;
import dev.keymgr.token.TokenRejectedException;
import dev.keymgr.token.TokenVerifier;
import dev.keymgr.token.TrustedKeys;
import dev.keymgr.token.Verdict;
import dev.keymgr.token.VerificationPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** keymgr's own verifier under test by a kit, set up as {@code kit.json} says. */
final class ReferenceVerifier {
    private static final Duration SKEW = Duration.ofSeconds(1);

    private final Expectations expectations;
    private final Function<String, byte[]> files;
    private final Clock clock;

    /** @param files gives the bytes of a file by its path in the kit */
    ReferenceVerifier(Expectations expectations, Function<String, byte[]> files, Clock clock) {
        this.expectations = expectations;
        this.files = files;
        this.clock = clock;
    }

    private record Read(JwkSet own, RevocationList list, JwkSet foil, ScopeName foilName) implements TrustedKeys {
        @Override
        public Set<Kid> revoked() {
            return list.revoked();
        }

        @Override
        public Map<Kid, Instant> suspended() {
            return list.suspended();
        }

        @Override
        public Map<ScopeName, JwkSet> others() {
            return Map.of(foilName, foil);
        }
    }

    /** The name of a {@link Verdict}, or DOCUMENT_REFUSED where the documents are not to be gone by. */
    String judge(Expectation one) {
        String token = new String(files.apply(one.token()), StandardCharsets.UTF_8);
        try {
            verifier(one).verify(token.substring(0, token.length() - 1));
            return Verdict.ACCEPTED.name();
        } catch (TokenRejectedException e) {
            return e.verdict().name();
        } catch (KeymgrException e) {
            return e.code().name();
        }
    }

    private TokenVerifier verifier(Expectation one) {
        Scope scope = expectations.scope();
        Instant now = clock.instant();
        PinnedAuthorities pinned =
                PinnedAuthorities.fromPem(scope.name(), scope.issuer(), files.apply("authority.pem"));
        JwkSet keys;
        if (one.keys().endsWith(Case.Source.SIGNED.file())) {
            SignedKeySet signed = pinned.readKeys(text(one.keys()), now, SKEW);
            requireNew(signed.sequence());
            keys = signed.keys();
        } else {
            keys = JwkSetParser.parse(files.apply(one.keys()));
        }
        RevocationList list = pinned.readRevocations(text(one.revocations()), now, SKEW);
        requireNew(list.sequence());
        JwkSet foil =
                JwkSetParser.parse(files.apply("documents/" + KitDocuments.FOIL + "/" + Case.Source.PLAIN.file()));
        VerificationPolicy policy = new VerificationPolicy(
                VerificationPolicy.ACCESS_TOKEN,
                Set.copyOf(scope.audiences()),
                Duration.ZERO,
                SKEW,
                expectations.tokenLifetimeMax());
        return new TokenVerifier(
                scope, policy, new Read(keys, list, foil, expectations.foil().name()), clock);
    }

    private void requireNew(long sequence) {
        if (sequence < expectations.sequenceSeen()) {
            throw new KeymgrException(
                    ErrorCode.DOCUMENT_REFUSED,
                    "a signed document has sequence " + sequence + ", and " + expectations.sequenceSeen()
                            + " was seen; nothing of it is trusted");
        }
    }

    private String text(String file) {
        return new String(files.apply(file), StandardCharsets.US_ASCII);
    }
}
