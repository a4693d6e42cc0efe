package dev.keymgr.daemon.events;

import static dev.keymgr.audit.AuditAction.EVENT_ACKNOWLEDGED;
import static dev.keymgr.audit.AuditAction.EVENT_REFUSED;
import static dev.keymgr.audit.AuditAction.KEY_ACTIVATED;
import static dev.keymgr.audit.AuditAction.KEY_PUBLISHED;
import static dev.keymgr.audit.AuditAction.KEY_RETIRED;
import static dev.keymgr.audit.AuditAction.KEY_REVOKED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.AuditAction;
import dev.keymgr.audit.SecurityEvents;
import dev.keymgr.daemon.events.Acknowledgements.Outstanding;
import dev.keymgr.daemon.events.Mailroom.Reply;
import dev.keymgr.json.Json;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MailroomTest {
    @TempDir
    private Path folder;

    private Registry registry;
    private Mailroom mailroom;

    @BeforeEach
    void open() {
        registry = new Registry(folder);
        mailroom = registry.parties(registry.store.securityEvents()).mailroom();
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private Reply poll(String request) {
        return mailroom.open("consumer", "events/files", "Bearer " + Registry.token("FILES"))
                .orElseThrow()
                .exchange(request.getBytes(StandardCharsets.UTF_8))
                .toCompletableFuture()
                .join();
    }

    private static Map<String, Object> json(Reply reply) {
        return Json.parseObject(reply.json().getBytes(StandardCharsets.UTF_8));
    }

    private static Map<?, ?> sets(Reply reply) {
        assertThat(reply.status()).isEqualTo(200);
        return (Map<?, ?>) Objects.requireNonNull(json(reply).get("sets"));
    }

    private void tell(AuditAction... actions) {
        var notifier = registry.notifier();
        registry.happens(actions);
        notifier.run();
    }

    @Test
    void offersWhatItSignedUntilItIsAcknowledged() {
        tell(KEY_PUBLISHED, KEY_REVOKED);

        Map<?, ?> first = sets(poll("{}"));
        Map<?, ?> again = sets(poll("{\"returnImmediately\":false}"));

        assertThat(again).isEqualTo(first).hasSize(2);
        first.forEach((jti, token) -> {
            var claims = registry.authority.claims((String) token);
            assertThat(claims.getJWTID()).isEqualTo(jti);
            assertThat(claims.getAudience()).containsExactly("files");
        });
        Object jti = first.keySet().iterator().next();
        assertThat(sets(poll("{\"ack\":[\"" + jti + "\",\"unknown\"]}"))).hasSize(1);
        assertThat(registry.recorded()).contains(EVENT_ACKNOWLEDGED);
    }

    @Test
    void saysThatThereIsMore() {
        tell(KEY_PUBLISHED, KEY_ACTIVATED, KEY_RETIRED);

        Reply some = poll("{\"maxEvents\":2}");
        assertThat(sets(some)).hasSize(2);
        assertThat(json(some)).containsEntry("moreAvailable", true);
        assertThat(sets(poll("{\"maxEvents\":0}"))).isEmpty();
        assertThat(json(poll("{\"maxEvents\":3}"))).containsEntry("moreAvailable", false);
    }

    @Test
    void offersNoMoreWhatWasRefusedButCountsIt() {
        tell(KEY_REVOKED);
        Object jti = sets(poll("{}")).keySet().iterator().next();

        Map<?, ?> next =
                sets(poll("{\"setErrs\":{\"" + jti + "\":{\"err\":\"invalid_issuer\",\"description\":\"?\"}}}"));

        assertThat(next).isEmpty();
        assertThat(registry.acknowledgements().outstanding(Registry.FILES))
                .extracting(Outstanding::refusal)
                .containsExactly("invalid_issuer");
        assertThat(registry.recorded()).contains(EVENT_REFUSED);
    }

    @Test
    void opensABoxToItsOwnTokenAlone() {
        tell(KEY_REVOKED);
        String right = Registry.token("FILES");

        assertThat(isOpen("consumer", "events/files", "Bearer " + right)).isTrue();
        assertThat(isOpen("consumer", "events/files", "bearer  " + right)).isTrue();
        assertThat(isOpen("consumer", "events/files", null)).isFalse();
        assertThat(isOpen("consumer", "events/files", "")).isFalse();
        assertThat(isOpen("consumer", "events/files", "Bearer")).isFalse();
        assertThat(isOpen("consumer", "events/files", "Basic " + right)).isFalse();
        assertThat(isOpen("consumer", "events/files", "Bearer " + right + "x")).isFalse();
        assertThat(isOpen("consumer", "events/files", "Bearer " + Registry.token("ERP")))
                .isFalse();
        assertThat(isOpen("enterprise", "events/files", "Bearer " + right)).isFalse();
        assertThat(isOpen("consumer", "events/mail", "Bearer " + Registry.token("MAIL")))
                .as("it is pushed to")
                .isFalse();
        assertThat(isOpen("nowhere", "events/", "Bearer " + right)).isFalse();
    }

    private boolean isOpen(String scope, String path, @Nullable String authorization) {
        return mailroom.open(scope, path, authorization).isPresent();
    }

    @Test
    void letsNoPartyAcknowledgeForAnother() {
        tell(KEY_REVOKED);
        Object jti = sets(poll("{}")).keySet().iterator().next();

        mailroom.open("enterprise", "events/files", "Bearer " + Registry.token("ERP"))
                .orElseThrow()
                .exchange(("{\"ack\":[\"" + jti + "\"]}").getBytes(StandardCharsets.UTF_8))
                .toCompletableFuture()
                .join();

        assertThat(registry.acknowledgements().outstanding(Registry.FILES)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"maxEvents\":-1}",
                "{\"maxEvents\":-4294967296}",
                "{\"maxEvents\":\"2\"}",
                "{\"maxEvents\":1.5}",
                "{\"ack\":\"x\"}",
                "{\"ack\":[1]}",
                "{\"ack\":[],\"ack\":[]}",
                "{\"setErrs\":[]}",
                "{\"setErrs\":{\"x\":\"bad\"}}",
                "{\"setErrs\":{\"x\":{}}}"
            })
    void refusesWhatItCannotRead(String request) {
        assertThat(poll(request).status()).isEqualTo(400);
    }

    @Test
    void tellsNobodyToComeAgainToOurOwnFaultButToTheStore() {
        assertThat(answered(request -> {
                    throw new IllegalStateException("a fault");
                }))
                .isEqualTo(500);
        assertThat(answered(request -> {
                    throw new KeymgrException(ErrorCode.STORE_UNAVAILABLE, "away");
                }))
                .isEqualTo(503);
    }

    private int answered(Desk desk) {
        return mailroom.exchange(desk, "consumer/files", new byte[0])
                .toCompletableFuture()
                .join()
                .status();
    }

    @Test
    void answersForAStoreThatDoesNot() {
        CountDownLatch never = new CountDownLatch(1);
        var slow = (SecurityEvents) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SecurityEvents.class}, (proxy, method, arguments) -> {
                    never.await();
                    throw new IllegalStateException("never");
                });
        try (Mailroom stuck = new Mailroom(Map.of(), Duration.ofMillis(50))) {
            Desk desk = new PollDesk(Registry.FILES, slow, registry.clock);
            for (int i = 0; i < 100; i++) {
                assertThat(stuck.exchange(desk, "files", "{}".getBytes(StandardCharsets.UTF_8)))
                        .succeedsWithin(Duration.ofSeconds(10))
                        .extracting(Reply::status)
                        .isEqualTo(503);
            }
        } finally {
            never.countDown();
        }
    }
}
