package dev.keymgr.token.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.keymgr.json.Json;
import dev.keymgr.jwks.TestKey;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.testkit.TestAuthority;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a source makes of an issuer whose set nobody signed, of addresses and of clients that are not safe. */
class UnsafeOriginTest extends RemoteFixture {
    @Test
    void dropsTheKeysOfAnotherIssuerAndThoseOfNobody() {
        List<Map<String, Object>> keys = new ArrayList<>();
        keys.add(FIRST.certified(ONE, START).toMembers());
        Scope other = new Scope(new ScopeName("consumer"), "https://consumer.example", List.of("x"));
        keys.add(TestAuthority.of(other, "c", START).certified(TWO, START).toMembers());
        TestKey unbound = TestKey.generate(SigningAlgorithm.ES256);
        keys.add(unbound.jwk().toMembers());
        server.put("jwks.json", Json.render(Map.of("keys", keys)));

        assertThat(plain(RefreshPolicy.Unbound.REFUSED).own().kids()).containsExactly(ONE.kid());
        assertThat(plain(RefreshPolicy.Unbound.ADMITTED).own().kids())
                .containsExactlyInAnyOrder(ONE.kid(), unbound.kid());
    }

    @Test
    void goesByAPlainSetForItsTimeOfTrustAfterTheLastWordOfItsIssuer() {
        server.put(
                "jwks.json",
                Json.render(Map.of("keys", List.of(FIRST.certified(ONE, START).toMembers()))));
        RemoteDocuments source = plain(RefreshPolicy.Unbound.REFUSED);
        source.own();
        server.fail(500);
        clock.advance(Duration.ofHours(1).minusNanos(1));
        source.refreshDue();
        assertThat(source.own().kids()).containsExactly(ONE.kid());
        assertThat(source.revoked()).isEmpty();

        clock.advance(Duration.ofNanos(1));
        assertStale(source);
    }

    @Test
    void followsNoRedirectAndReadsNoMoreThanADocumentMayBe() {
        server.redirect("http://localhost:1/keys");
        assertStale(signed());
        server.recover();

        publishRevocations(FIRST, 1, List.of(), List.of());
        server.put("jwks.jwt", new byte[(1 << 19) + 1]);
        RemoteDocuments source = signed();
        assertStale(source);
        assertThat(source.status().lastError()).contains("more than " + (1 << 19) + " bytes");
    }

    @Test
    void takesNoClientThatFollowsRedirects() {
        HttpClient led = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemoteKeySource.signed(
                        server.address(),
                        TestAuthority.pinned(SCOPE, FIRST),
                        led,
                        clock,
                        new Random(7),
                        RefreshPolicy.DEFAULT))
                .withMessageContaining("redirects");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://keys.example/x",
                "http://127.0.0.1.evil.example/x",
                "ftp://localhost/x",
                "https://user@keys.example/x",
                "https://keys.example/x?y",
                "https://keys.example/x#y",
                "keys.example",
                "file:///etc/keys"
            })
    void takesNoAddressThatIsNotSafe(String address) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemoteKeySource.signed(
                        URI.create(address),
                        TestAuthority.pinned(SCOPE, FIRST),
                        CLIENT,
                        clock,
                        new Random(7),
                        RefreshPolicy.DEFAULT));
    }
}
