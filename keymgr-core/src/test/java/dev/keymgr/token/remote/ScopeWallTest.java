package dev.keymgr.token.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.authority.DocumentContents;
import dev.keymgr.authority.PinnedAuthorities;
import dev.keymgr.json.Json;
import dev.keymgr.jwks.Base64Url;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.JwkSetParser;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.key.KeyState;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.rollover.RolloverPolicy;
import dev.keymgr.testkit.World;
import dev.keymgr.token.SigningPolicy;
import dev.keymgr.token.TokenRejectedException;
import dev.keymgr.token.TokenSigner;
import dev.keymgr.token.TokenVerifier;
import dev.keymgr.token.TrustedKeys;
import dev.keymgr.token.VerificationPolicy;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The wall between two scopes: whoever works for consumer forges a token of enterprise. Each layer alone refuses it, so does
 * every set of layers, and without all six it is accepted, which proves that the attack is a real one. A layer that stands
 * is what the product does; one that is gone is what somebody got wrong.
 */
class ScopeWallTest {
    private enum Layer {
        /** Token and PIN. Gone: the attacker uses the private half of consumer's active key; else he has a key of his own. */
        TOKEN,
        /** {@link TokenSigner} checks claims. Gone: the attacker has raw input signed. */
        SIGNER,
        /** One document for each issuer. Gone: enterprise lists consumer's key too, signed by enterprise's own authority. */
        DOCUMENT,
        /** {@link PinnedAuthorities} wants each key certified for the scope. Gone: the verifier pins nothing. */
        CERTIFICATE,
        /** The source drops the keys of another issuer. Gone: one that takes whatever is listed. */
        SOURCE,
        /** {@link TokenVerifier} binds the key to the issuer. Gone: the entry does not say whose it is any more. */
        BINDING
    }

    private static final ScopeName CONSUMER = World.CONSUMER;
    private static final ScopeName ENTERPRISE = World.ENTERPRISE;
    private static final Duration SKEW = Duration.ofSeconds(1);
    private static final TestKey OWN = TestKey.generate(SigningAlgorithm.ES256);
    private static final World WORLD = new World(2_023);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static KeyServer server;
    private static SigningKey stolen;

    @BeforeAll
    static void publishBothScopes() {
        server = new KeyServer();
        for (ScopeName scope : World.SCOPES) {
            WORLD.lifecycle().establishAuthorities(scope);
            WORLD.lifecycle().advance(scope);
        }
        WORLD.clock().advance(WORLD.policy(CONSUMER).publicationInterval().plusSeconds(1));
        for (ScopeName scope : World.SCOPES) {
            WORLD.lifecycle().advance(scope);
        }
        stolen = WORLD.keyring(CONSUMER).keys().stream()
                .filter(k -> k.state() == KeyState.ACTIVE)
                .findFirst()
                .orElseThrow();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Stream<Set<Layer>> everySetOfLayers() {
        List<Set<Layer>> sets = new ArrayList<>(List.of(EnumSet.noneOf(Layer.class)));
        for (Layer layer : Layer.values()) {
            for (Set<Layer> without : List.copyOf(sets)) {
                Set<Layer> with = without.isEmpty() ? EnumSet.noneOf(Layer.class) : EnumSet.copyOf(without);
                with.add(layer);
                sets.add(with);
            }
        }
        return sets.stream();
    }

    @ParameterizedTest(name = "standing: {0}")
    @MethodSource("everySetOfLayers")
    void refusesTheForgedTokenUnlessEveryLayerIsGone(Set<Layer> standing) throws GeneralSecurityException {
        publish(standing);
        String forged = forge(standing, claims());

        assertThat(isAccepted(forged, standing)).isEqualTo(standing.isEmpty());
    }

    /** The other half of the last layer: the key is bound to nobody, and the token says something else. */
    @ParameterizedTest
    @ValueSource(strings = {"aud", "trust_scope", "iss"})
    void refusesWhatIsNotMeantForItsScope(String claim) throws GeneralSecurityException {
        Set<Layer> none = EnumSet.noneOf(Layer.class);
        publish(none);
        Map<String, Object> claims = claims();
        claims.put(claim, "consumer");

        assertThat(isAccepted(forge(none, claims), none)).isFalse();
    }

    @Test
    void theSignerSignsNothingInAnotherScopesName() throws GeneralSecurityException {
        assertThatThrownBy(() -> signer().sign(claims())).hasMessageContaining("iss is set by the signer");
        Map<String, Object> claims = claims();
        claims.keySet().removeAll(Set.of("iss", "iat", "exp"));
        assertThatThrownBy(() -> signer().sign(claims)).hasMessageContaining("trust_scope is set by the signer");
        claims.remove("trust_scope");
        assertThatThrownBy(() -> signer().sign(claims)).hasMessageContaining("aud is not among those");
    }

    // ---- what is published

    private static void publish(Set<Layer> standing) {
        if (standing.contains(Layer.DOCUMENT)) {
            server.put(WORLD.sink(ENTERPRISE).signed());
            server.put("jwks.json", WORLD.sink(ENTERPRISE).current(ENTERPRISE).orElseThrow());
            return;
        }
        List<Object> keys = new ArrayList<>((List<?>)
                Objects.requireNonNull(published(ENTERPRISE, "jwks.jwt").get("keys")));
        keys.add(entry(standing));
        Map<String, Object> claims = new LinkedHashMap<>(published(ENTERPRISE, "jwks.jwt"));
        claims.put("keys", keys);
        String wrong = WORLD.lifecycle().documentSigner().sign(ENTERPRISE, DocumentContents.SET_TYPE, claims);
        server.put(WORLD.sink(ENTERPRISE).signed());
        server.put("jwks.jwt", KeyServer.bytes(wrong));
        server.put("jwks.json", Json.render(Map.of("keys", keys)));
    }

    /** Consumer's key as consumer lists it, certificate and all. */
    private static Map<?, ?> entry(Set<Layer> standing) {
        Map<Object, Object> entry = new LinkedHashMap<>();
        for (Object each :
                (List<?>) Objects.requireNonNull(published(CONSUMER, "jwks.jwt").get("keys"))) {
            if (each instanceof Map<?, ?> key && stolen.kid().value().equals(key.get("kid"))) {
                entry.putAll(key);
            }
        }
        assertThat(entry).containsEntry("issuer", World.scope(CONSUMER).issuer());
        if (!standing.contains(Layer.BINDING)) {
            entry.remove("issuer");
        }
        return entry;
    }

    private static Map<String, Object> published(ScopeName scope, String name) {
        byte[] bytes = Objects.requireNonNull(WORLD.sink(scope).signed().get(name));
        String jwt = new String(bytes, StandardCharsets.US_ASCII);
        return Json.parseObject(Base64Url.decode(jwt.split("\\.", -1)[1]));
    }

    // ---- the attacker

    /** All that enterprise's verifier asks for: he has read the documentation. */
    private static Map<String, Object> claims() {
        long now = WORLD.clock().instant().getEpochSecond();
        Map<String, Object> claims = new LinkedHashMap<>();
        claims.put("iss", World.scope(ENTERPRISE).issuer());
        claims.put("trust_scope", ENTERPRISE.value());
        claims.put("aud", World.scope(ENTERPRISE).audiences().get(0));
        claims.put("sub", "admin");
        claims.put("iat", now);
        claims.put("exp", now + 300);
        return claims;
    }

    private static String forge(Set<Layer> standing, Map<String, Object> claims) throws GeneralSecurityException {
        if (standing.contains(Layer.SIGNER) && !standing.contains(Layer.TOKEN)) {
            assertThatThrownBy(() -> signer().sign(claims)).isInstanceOf(KeymgrException.class);
            return signer().sign(Map.of("sub", "admin")); // the most that the signer gives him
        }
        Map<String, Object> header = new LinkedHashMap<>();
        header.put("alg", "ES256");
        header.put("typ", "at+jwt");
        header.put("kid", stolen.kid().value());
        String input = Base64Url.encode(Json.render(header)) + '.' + Base64Url.encode(Json.render(claims));
        byte[] bytes = input.getBytes(StandardCharsets.US_ASCII);
        byte[] signature = standing.contains(Layer.TOKEN)
                ? OWN.sign(bytes)
                : WORLD.token(stolen.location().token()).sign(stolen.location().id(), stolen.algorithm(), bytes);
        return input + '.' + Base64Url.encode(signature);
    }

    private static TokenSigner signer() throws GeneralSecurityException {
        RolloverPolicy policy = WORLD.policy(CONSUMER);
        return new TokenSigner(
                World.scope(CONSUMER),
                new SigningPolicy(
                        policy.algorithms(),
                        VerificationPolicy.ACCESS_TOKEN,
                        policy.drain(),
                        policy.lifetime().max(),
                        policy.ages().max()),
                () -> WORLD.keyring(CONSUMER),
                label -> WORLD.token(label),
                WORLD.clock(),
                SecureRandom.getInstance("SHA1PRNG"));
    }

    // ---- the verifier

    private static boolean isAccepted(String token, Set<Layer> standing) {
        try {
            VerificationPolicy policy = VerificationPolicy.accessTokens(
                    Set.copyOf(World.scope(ENTERPRISE).audiences()), Duration.ofHours(1));
            new TokenVerifier(World.scope(ENTERPRISE), policy, source(standing), WORLD.clock()).verify(token);
            return true;
        } catch (TokenRejectedException e) {
            return false;
        } catch (KeymgrException e) {
            return false; // the document was refused whole: nothing is trusted
        }
    }

    private static PinnedAuthorities pinned() {
        return PinnedAuthorities.of(
                ENTERPRISE,
                World.scope(ENTERPRISE).issuer(),
                WORLD.authorities().authorities(ENTERPRISE));
    }

    private static TrustedKeys source(Set<Layer> standing) {
        boolean isPinned = standing.contains(Layer.CERTIFICATE);
        if (!standing.contains(Layer.SOURCE)) {
            return new Credulous(isPinned);
        }
        return isPinned
                ? RemoteKeySource.signedDocuments(
                        server.address(), pinned(), CLIENT, WORLD.clock(), new Random(1), RefreshPolicy.DEFAULT)
                : RemoteKeySource.unsignedDocuments(
                        server.address(),
                        World.scope(ENTERPRISE).issuer(),
                        CLIENT,
                        WORLD.clock(),
                        new Random(1),
                        RefreshPolicy.DEFAULT);
    }

    /** Takes every key that is listed, as most libraries do. */
    private record Credulous(boolean isPinned) implements TrustedKeys {
        @Override
        public JwkSet own() {
            Instant now = WORLD.clock().instant();
            return isPinned
                    ? pinned().readKeys(new String(server.get("jwks.jwt"), StandardCharsets.US_ASCII), now, SKEW)
                            .keys()
                    : JwkSetParser.parse(server.get("jwks.json"));
        }

        @Override
        public Set<Kid> revoked() {
            return Set.of();
        }

        @Override
        public Map<ScopeName, JwkSet> others() {
            return Map.of();
        }
    }
}
