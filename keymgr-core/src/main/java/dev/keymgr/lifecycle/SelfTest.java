package dev.keymgr.lifecycle;

import dev.keymgr.hsm.Hsm;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.SigningKey;
import dev.keymgr.token.JwsVerifier;
import dev.keymgr.token.TokenRejectedException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Proof that the private half in the token belongs to a published public half: a random challenge is signed by the token
 * and verified as any relying party would, against a key set.
 */
final class SelfTest {
    private static final int CHALLENGE_BYTES = 32;

    private final SecureRandom random;

    SelfTest(SecureRandom random) {
        this.random = random;
    }

    /**
     * Signs and verifies.
     *
     * @throws HsmException TOKEN_SELF_TEST when the signature does not verify against the set; nothing was changed
     */
    void require(Hsm hsm, SigningKey key, JwkSet verifiers) {
        byte[] challenge = new byte[CHALLENGE_BYTES];
        random.nextBytes(challenge);
        String header = "{\"alg\":\"" + key.algorithm() + "\",\"kid\":\"" + key.kid() + "\"}";
        String input = base64url(header.getBytes(StandardCharsets.UTF_8)) + "." + base64url(challenge);
        byte[] signature = hsm.sign(key.location().id(), key.algorithm(), input.getBytes(StandardCharsets.US_ASCII));
        try {
            new JwsVerifier(verifiers).verify(input + "." + base64url(signature));
        } catch (TokenRejectedException e) {
            throw new HsmException(
                    ErrorCode.TOKEN_SELF_TEST,
                    hsm.label(),
                    "a challenge signed by key " + key.kid().prefix() + " does not verify against its public key ("
                            + e.verdict() + "); it was not taken into use",
                    e);
        }
    }

    private static String base64url(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
