package dev.keymgr.token.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keymgr.jwks.TestKey;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.testkit.TestAuthority;
import dev.keymgr.testkit.TestClock;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An issuer with two authorities on a real server, and sources that read it. */
abstract class RemoteFixture {
    static final Scope SCOPE = new Scope(new ScopeName("enterprise"), "https://enterprise.example", List.of("mail"));
    static final Instant START = Instant.parse("2026-01-01T12:00:00Z");
    static final Duration VALIDITY = Duration.ofHours(6);
    static final TestAuthority FIRST = TestAuthority.of(SCOPE, "a", START.minusSeconds(60));
    static final TestAuthority SECOND = TestAuthority.of(SCOPE, "b", START.minusSeconds(60));
    static final TestKey ONE = TestKey.generate(SigningAlgorithm.ES256);
    static final TestKey TWO = TestKey.generate(SigningAlgorithm.ES256);
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    final TestClock clock = new TestClock(START);
    KeyServer server;

    @BeforeEach
    void start() {
        server = new KeyServer();
        server.cacheControl("jwks.jwt", "public, max-age=600");
        server.cacheControl("jwks.json", "max-age=600");
        server.cacheControl("revoked-keys.jwt", "max-age=5");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    RemoteDocuments signed(RefreshPolicy policy) {
        return RemoteKeySource.signedDocuments(
                server.address(), TestAuthority.pinned(SCOPE, FIRST, SECOND), CLIENT, clock, new Random(7), policy);
    }

    RemoteDocuments signed() {
        return signed(RefreshPolicy.DEFAULT);
    }

    RemoteDocuments plain(RefreshPolicy.Unbound unbound) {
        RefreshPolicy policy = RefreshPolicy.DEFAULT;
        return RemoteKeySource.unsignedDocuments(
                server.address(),
                SCOPE.issuer(),
                CLIENT,
                clock,
                new Random(7),
                new RefreshPolicy(
                        policy.timeout(),
                        policy.keys(),
                        policy.revocations(),
                        policy.unknownKid(),
                        policy.clockSkew(),
                        new RefreshPolicy.Unsigned(Duration.ofHours(1), unbound)));
    }

    void publishKeys(TestAuthority by, long sequence, TestKey... keys) {
        List<Map<String, Object>> members = new ArrayList<>();
        for (TestKey key : keys) {
            members.add(by.certified(key, START).toMembers());
        }
        server.put("jwks.jwt", KeyServer.bytes(by.set(sequence, clock.instant(), VALIDITY, members)));
    }

    void publishRevocations(TestAuthority by, long sequence, List<Kid> keys, List<Kid> authorities) {
        server.put(
                "revoked-keys.jwt",
                KeyServer.bytes(
                        by.revocations(sequence, clock.instant(), VALIDITY, entries(keys), entries(authorities))));
    }

    static List<Map<String, Object>> entries(List<Kid> kids) {
        return kids.stream()
                .map(k -> Map.<String, Object>of("kid", k.value(), "revoked_at", START.getEpochSecond()))
                .toList();
    }

    void publish(long sequence, TestKey... keys) {
        publishKeys(FIRST, sequence, keys);
        publishRevocations(FIRST, sequence, List.of(), List.of());
    }

    static Kid kid(int number) {
        return new Kid(String.format(Locale.ROOT, "%043d", number));
    }

    static void assertStale(RemoteDocuments source) {
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(source::own)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STALE));
    }
}
