package dev.keymgr.jwks;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.JWK;
import dev.keymgr.json.Json;
import dev.keymgr.key.Kid;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ThumbprintTest {
    private static final String RFC_7638_MODULUS =
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4"
                    + "n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgn"
                    + "Yb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBni"
                    + "Iqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";

    @Test
    void givesTheKidOfTheExampleInRfc7638() {
        VerificationKey key = new VerificationKey.Rsa(
                new BigInteger(1, Base64Url.decode(RFC_7638_MODULUS)), BigInteger.valueOf(65_537));

        assertThat(Kid.of(key).value()).isEqualTo("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void givesTheKidThatAnotherLibraryComputes(SigningAlgorithm algorithm) throws ParseException, JOSEException {
        TestKey key = TestKey.generate(algorithm);
        String json = new String(Json.render(key.jwk().toMembers()), StandardCharsets.UTF_8);

        assertThat(JWK.parse(json).computeThumbprint().toString())
                .isEqualTo(key.kid().value());
    }
}
