package dev.keymgr.jwks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.jwk.JWKSet;
import dev.keymgr.json.Json;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class JwksRendererTest {
    private static final ScopeName CONSUMER = new ScopeName("consumer");
    private static final Instant AT = Instant.parse("2026-11-21T10:00:00.600Z");

    private final TestKey first = TestKey.generate(SigningAlgorithm.ES256);
    private final TestKey second = TestKey.generate(SigningAlgorithm.PS256);
    private final Keyring keyring =
            TestKeyrings.rolled(TestKeyrings.active(CONSUMER, first, AT), second, AT.plusSeconds(60));
    private final Publication publication = TestKeyrings.intending(
                    keyring, AT.plusSeconds(120), first.kid(), second.kid())
            .lastPublication()
            .orElseThrow();

    @Test
    void givesTheSameBytesForTheSameInput() {
        JwksDocument one = JwksRenderer.render(keyring, publication);
        JwksDocument other = JwksRenderer.render(keyring, publication);

        assertThat(one.bytes()).isEqualTo(other.bytes());
        assertThat(one.etag()).isEqualTo(other.etag());
        assertThat(one.number()).isEqualTo(publication.number());
        assertThat(one.maxAge()).isEqualTo(publication.maxAge());
        assertThat(one.scope()).isEqualTo(CONSUMER);
    }

    @Test
    void writesExactlyTheMembersOfTheContractInTheirOrder() {
        List<?> keys = (List<?>)
                Json.parseObject(JwksRenderer.render(keyring, publication).bytes())
                        .get("keys");

        assertThat(keys).hasSize(2).allSatisfy(key -> {
            Map<?, ?> members = (Map<?, ?>) key;
            assertThat(members.keySet().stream().map(String::valueOf))
                    .containsExactlyElementsOf(
                            "EC".equals(members.get("kty"))
                                    ? List.of(
                                            "kty", "use", "key_ops", "alg", "kid", "crv", "x", "y", "iat", "nbf", "exp")
                                    : List.of("kty", "use", "key_ops", "alg", "kid", "e", "n", "iat", "nbf", "exp"));
        });
    }

    @Test
    void ordersKeysByKid() {
        assertThat(JwkSetParser.parseOwn(
                                JwksRenderer.render(keyring, publication).bytes())
                        .keys())
                .extracting(Jwk::kid)
                .isSorted()
                .hasSize(2);
    }

    @Test
    void leavesOutTheBeginningOfAKeyThatHasNotSigned() {
        TestKey standby = TestKey.generate(SigningAlgorithm.ES256);
        Keyring grown = TestKeyrings.generated(keyring, standby, AT);
        Keyring intended = TestKeyrings.intending(grown, AT, standby.kid());

        String text = new String(
                JwksRenderer.render(intended, intended.lastPublication().orElseThrow())
                        .bytes(),
                StandardCharsets.UTF_8);

        assertThat(text).contains("\"iat\":").contains("\"exp\":").doesNotContain("nbf");
    }

    @Test
    void roundsBeginningsDownAndTheEndUp() {
        Jwk jwk = Jwk.of(
                keyring.require(first.kid()),
                Objects.requireNonNull(publication.listings().get(first.kid())));

        assertThat(jwk.issuedAt()).isEqualTo(Instant.parse("2026-11-21T10:00:00Z"));
        assertThat(jwk.notBefore()).isEqualTo(Instant.parse("2026-11-21T10:00:00Z"));
        assertThat(jwk.expires())
                .isEqualTo(Instant.parse("2026-11-21T10:00:01Z").plus(TestKeyrings.TRUST));
    }

    @Test
    void writesWhatAnotherLibraryReads() throws ParseException {
        byte[] bytes = JwksRenderer.render(keyring, publication).bytes();
        JWKSet read = JWKSet.parse(new String(bytes, StandardCharsets.UTF_8));

        assertThat(read.getKeys())
                .extracting(com.nimbusds.jose.jwk.JWK::getKeyID)
                .containsExactlyInAnyOrder(first.kid().value(), second.kid().value());
        assertThat(read.containsNonPublicKeys()).isFalse();
    }

    @Test
    void refusesAPublicationOfAKeyItDoesNotKnow() {
        Keyring other = TestKeyrings.active(CONSUMER, TestKey.generate(SigningAlgorithm.ES256), AT);

        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> JwksRenderer.render(other, publication))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.KEY_UNKNOWN));
    }
}
