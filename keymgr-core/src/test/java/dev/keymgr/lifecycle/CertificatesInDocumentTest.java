package dev.keymgr.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.util.Base64;
import dev.keymgr.authority.ScopeCertificate;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Publication;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningKey;
import dev.keymgr.lifecycle.Emergency.Issuance;
import dev.keymgr.testkit.Policies;
import dev.keymgr.testkit.World;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code x5c} in the plain document: where the policy asks, and nowhere else. */
class CertificatesInDocumentTest {
    private static final ScopeName CONSUMER = World.CONSUMER;

    private final World world = new World(4_711);

    @BeforeEach
    void serves() {
        world.lifecycle().establishAuthorities(CONSUMER);
        advance();
    }

    private void advance() {
        assertThat(world.lifecycle().advance(CONSUMER).failures()).isEmpty();
    }

    private void ask(boolean x5c) {
        world.change(CONSUMER, Policies.withX5c(world.policy(CONSUMER), x5c));
        world.clock().advance(Duration.ofMinutes(1));
        advance();
    }

    /** Read by a library that refuses a key whose certificate is of another key. */
    private List<JWK> served() {
        byte[] bytes = world.sink(CONSUMER).current(CONSUMER).orElseThrow();
        try {
            return JWKSet.parse(new String(bytes, StandardCharsets.UTF_8)).getKeys();
        } catch (ParseException e) {
            throw new AssertionError(e);
        }
    }

    private Publication standing() {
        return world.keyring(CONSUMER).servedPublication().orElseThrow();
    }

    @Test
    void aDocumentNamesCertificatesAndDoesNotCarryThem() {
        assertThat(served()).isNotEmpty().allSatisfy(key -> {
            assertThat(key.getX509CertSHA256Thumbprint()).isNotNull();
            assertThat(key.getX509CertChain()).isNull();
        });
    }

    @Test
    void whereThePolicyAsksTheNextDocumentCarriesTheOneThatItNames() {
        Publication before = standing();

        ask(true);

        assertThat(standing().number()).isGreaterThan(before.number());
        assertThat(standing().kids()).isEqualTo(before.kids());
        assertThat(served()).hasSameSizeAs(before.kids()).allSatisfy(key -> {
            List<Base64> chain = Objects.requireNonNull(key.getX509CertChain());
            assertThat(chain).hasSize(1);
            byte[] certificate = chain.get(0).decode();
            assertThat(key.getX509CertSHA256Thumbprint().decode())
                    .isEqualTo(MessageDigest.getInstance("SHA-256").digest(certificate));
            assertThat(ScopeCertificate.parse(certificate)
                            .getSubjectX500Principal()
                            .getName())
                    .isEqualTo("CN=" + key.getKeyID());
        });

        advance();
        assertThat(standing().listings().values()).allMatch(Publication.Listing::x5c);
    }

    @Test
    void takesThemOutAgain() {
        ask(true);
        ask(false);

        assertThat(served())
                .allSatisfy(key -> assertThat(key.getX509CertChain()).isNull());
    }

    @Test
    void theDocumentWithoutARevokedKeyCarriesThoseOfTheOthers() {
        ask(true);
        world.clock().advance(world.policy(CONSUMER).publicationInterval());
        advance();
        Kid stolen = world.keyring(CONSUMER).keys().stream()
                .filter(k -> k.state() == KeyState.ACTIVE)
                .map(SigningKey::kid)
                .findFirst()
                .orElseThrow();

        world.lifecycle()
                .emergency()
                .revoke(
                        CONSUMER,
                        stolen,
                        new Compromise(
                                "stolen", Compromise.Cause.KEY, world.clock().instant()),
                        Issuance.MAY_STOP);

        assertThat(served())
                .isNotEmpty()
                .noneMatch(key -> key.getKeyID().equals(stolen.value()))
                .allSatisfy(key -> assertThat(key.getX509CertChain()).hasSize(1));
    }
}
