package dev.keymgr.daemon.events;

import static dev.keymgr.audit.AuditAction.EVENT_ACKNOWLEDGED;
import static dev.keymgr.audit.AuditAction.EVENT_REFUSED;
import static dev.keymgr.audit.AuditAction.KEY_ACTIVATED;
import static dev.keymgr.audit.AuditAction.KEY_GENERATED;
import static dev.keymgr.audit.AuditAction.KEY_PUBLISHED;
import static dev.keymgr.audit.AuditAction.KEY_REMOVED;
import static dev.keymgr.audit.AuditAction.KEY_RESUMED;
import static dev.keymgr.audit.AuditAction.KEY_RETIRED;
import static dev.keymgr.audit.AuditAction.KEY_REVOKED;
import static dev.keymgr.audit.AuditAction.KEY_SUSPENDED;
import static dev.keymgr.audit.AuditAction.NOTIFICATION_GIVEN_UP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.keymgr.audit.Deliveries;
import dev.keymgr.audit.SecurityEvents.Sent;
import dev.keymgr.daemon.events.Acknowledgements.Outstanding;
import dev.keymgr.daemon.events.Doorbell.Answer;
import dev.keymgr.daemon.notify.Notifier;
import dev.keymgr.jwks.JwkSet;
import dev.keymgr.jwks.JwkSetParser;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Kid;
import dev.keymgr.key.ScopeName;
import dev.keymgr.testkit.SteppedClock;
import dev.keymgr.token.TokenRejectedException;
import dev.keymgr.token.TokenVerifier;
import dev.keymgr.token.TrustedKeys;
import dev.keymgr.token.Verdict;
import dev.keymgr.token.VerificationPolicy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PushTest {
    @TempDir
    private Path folder;

    private Registry registry;

    @BeforeEach
    void open() {
        registry = new Registry(folder);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private List<JWTClaimsSet> told() {
        return registry.mail.bodies().stream().map(registry.authority::claims).toList();
    }

    @Test
    void tellsOfARevocationInASignedToken() {
        Notifier notifier = registry.notifier();
        registry.happens(KEY_REVOKED);
        String hash = registry.store.latest(1).get(0).hash();

        notifier.run();
        notifier.run();

        assertThat(registry.mail.visits).singleElement().satisfies(visit -> {
            assertThat(visit.method()).isEqualTo("POST");
            assertThat(visit.headers().getFirst("Content-Type")).isEqualTo("application/secevent+jwt");
            assertThat(visit.headers().getFirst("Authorization")).isEqualTo("Bearer " + Registry.token("MAIL"));
        });
        assertThat(told()).singleElement().satisfies(claims -> {
            assertThat(claims.getIssuer()).isEqualTo("https://login.example/consumer");
            assertThat(claims.getAudience()).containsExactly("mail");
            assertThat(claims.getJWTID()).isEqualTo("1-" + hash.substring(0, 16) + "-mail");
            assertThat(claims.getIssueTime()).isEqualTo(SteppedClock.START);
            assertThat(claims.getStringClaim("txn")).isEqualTo("1");
            assertThat(claims.getExpirationTime()).isNull();
            assertThat(claims.getJSONObjectClaim("events"))
                    .isEqualTo(Map.of(
                            "urn:keymgr:event:key-revoked",
                            Map.of(
                                    "kid",
                                    Registry.KID.value(),
                                    "revoked_at",
                                    SteppedClock.START.getEpochSecond(),
                                    "invalid_from",
                                    Instant.parse("2026-02-28T12:00:00Z").getEpochSecond(),
                                    "reason",
                                    "compromised")));
        });
    }

    @Test
    void tellsOfEachTurnInALifeAndOfNothingElse() {
        Notifier notifier = registry.notifier();
        registry.happens(
                KEY_GENERATED, KEY_PUBLISHED, KEY_ACTIVATED, KEY_SUSPENDED, KEY_RESUMED, KEY_RETIRED, KEY_REMOVED);
        registry.happens(Registry.ENTERPRISE, KEY_REVOKED);

        notifier.run();

        assertThat(told())
                .flatExtracting(claims -> claims.getJSONObjectClaim("events").keySet())
                .containsExactly(
                        "urn:keymgr:event:key-published",
                        "urn:keymgr:event:key-activated",
                        "urn:keymgr:event:key-suspended",
                        "urn:keymgr:event:key-activated",
                        "urn:keymgr:event:key-retired");
        assertThat(registry.mail.bodies().toString()).doesNotContain("Bob");
    }

    @Test
    void takes202ForAnAcknowledgementAndRecordsIt() {
        Notifier notifier = registry.notifier();
        registry.happens(KEY_REVOKED);

        notifier.run();

        assertThat(registry.acknowledgements().outstanding(Registry.MAIL)).isEmpty();
        assertThat(registry.acknowledgements().last(Registry.MAIL)).contains(SteppedClock.START);
        assertThat(registry.recorded()).containsExactly(KEY_REVOKED, EVENT_ACKNOWLEDGED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            quoteCharacter = '`',
            value = {
                "200 ``",
                "204 ``",
                "302 ``",
                "400 ``",
                "400 `<title>Bad Request</title>`",
                "400 {}",
                "400 {\"err\":1}",
                "400 [\"err\"]",
                "401 ``",
                "403 ``",
                "404 {\"err\":\"invalid_key\"}",
                "405 ``",
                "408 ``",
                "410 ``",
                "413 ``",
                "429 ``",
                "500 ``",
                "503 ``"
            })
    void bringsTheSameTokenAgainAfterAnythingThatIsNoRefusal(int status, String body) {
        Notifier notifier = registry.notifier();
        registry.happens(KEY_REVOKED);
        registry.mail.answer = new Answer(status, body);
        notifier.run();
        notifier.run();
        assertThat(registry.mail.visits).as("it waits").hasSize(1);
        assertThat(registry.acknowledgements().outstanding(Registry.MAIL))
                .extracting(Outstanding::type, Outstanding::refusal)
                .containsExactly(tuple("key-revoked", null));

        registry.mail.answer = new Answer(202, "");
        registry.clock.advance(PushedAddressee.PAUSE_MAX);
        notifier.run();

        assertThat(registry.mail.bodies()).hasSize(2);
        assertThat(Set.copyOf(registry.mail.bodies())).hasSize(1);
        assertThat(registry.acknowledgements().outstanding(Registry.MAIL)).isEmpty();
    }

    @Test
    void takesAnErrorForARefusalAlsoWhenItsCodeIsNotRepeated() {
        Notifier notifier = registry.notifier();
        registry.happens(KEY_REVOKED);
        registry.mail.answer = new Answer(400, "{\"err\":\"in words, and <b>bold</b>\"}");

        notifier.run();

        assertThat(registry.acknowledgements().outstanding(Registry.MAIL))
                .extracting(Outstanding::refusal)
                .containsExactly("HTTP 400");
    }

    @Test
    void givesUpWhatIsRefusedAndGoesOnButCountsIt() {
        Notifier notifier = registry.notifier();
        registry.happens(KEY_REVOKED);
        registry.mail.answer = new Answer(400, "{\"err\":\"invalid_key\",\"description\":\"who are you?\"}");
        notifier.run();
        registry.mail.answer = new Answer(202, "");
        registry.happens(KEY_RETIRED);
        notifier.run();

        assertThat(registry.mail.visits).hasSize(2);
        assertThat(registry.acknowledgements().outstanding(Registry.MAIL))
                .singleElement()
                .satisfies(outstanding -> {
                    assertThat(outstanding.type()).isEqualTo("key-revoked");
                    assertThat(outstanding.refusal()).isEqualTo("HTTP 400 invalid_key");
                    assertThat(outstanding.since()).isEqualTo(SteppedClock.START);
                });
        assertThat(registry.recorded()).contains(EVENT_REFUSED, NOTIFICATION_GIVEN_UP);
    }

    @Test
    void bringsTheSameTokenAgainWhenItCrashedBeforeTheAcknowledgementWasWritten() {
        registry.notifier();
        registry.happens(KEY_REVOKED);
        FailingEvents failing = new FailingEvents(registry.store.securityEvents());
        assertThatThrownBy(() ->
                        registry.notifier(registry.store.daemons(), failing).run())
                .isInstanceOf(KeymgrException.class);

        registry.notifier(registry.store.daemons(), registry.store.securityEvents())
                .run();

        assertThat(registry.mail.bodies()).hasSize(2);
        assertThat(told())
                .extracting(JWTClaimsSet::getJWTID)
                .hasSize(2)
                .containsOnly(told().get(0).getJWTID());
        assertThat(registry.authority.signatures).as("of mail and of files").hasValue(2);
        assertThat(registry.acknowledgements().outstanding(Registry.MAIL)).isEmpty();
    }

    @Test
    void bringsNothingAgainWhenItCrashedBetweenTheAcknowledgementAndTheMark() {
        registry.notifier();
        registry.happens(KEY_REVOKED);
        Deliveries crashing = new Deliveries() {
            @Override
            public Optional<Mark> find(String receiver) {
                return registry.store.daemons().find(receiver);
            }

            @Override
            public void set(Mark mark) {
                throw new KeymgrException(ErrorCode.STORE_UNAVAILABLE, "crash");
            }
        };
        assertThatThrownBy(() -> registry.notifier(crashing, registry.store.securityEvents())
                        .run())
                .isInstanceOf(KeymgrException.class);
        assertThat(registry.acknowledgements().outstanding(Registry.MAIL)).isEmpty();

        registry.notifier(registry.store.daemons(), registry.store.securityEvents())
                .run();

        assertThat(registry.mail.visits).hasSize(1);
        assertThat(registry.store.daemons().find("party:consumer/mail"))
                .hasValueSatisfying(mark -> assertThat(mark.sequence()).isPositive());
    }

    @Test
    void twoDaemonsShareWhatOneHasSigned() {
        Notifier one = registry.notifier();
        Notifier other = registry.notifier();
        registry.happens(KEY_REVOKED);

        one.run();
        other.run();

        assertThat(registry.mail.visits).hasSize(1);
        assertThat(registry.authority.signatures).hasValue(2);
    }

    @Test
    void owesWhatNoAuthorityCouldSignYet() {
        Notifier notifier = registry.notifier();
        registry.authority.away = true;
        registry.happens(KEY_RETIRED, KEY_REVOKED);
        notifier.run();
        assertThat(registry.mail.visits).isEmpty();
        assertThat(registry.acknowledgements().outstanding(Registry.MAIL))
                .extracting(Outstanding::type)
                .containsExactly("key-retired", "key-revoked");

        registry.authority.away = false;
        registry.clock.advance(PushedAddressee.PAUSE_MAX);
        notifier.run();

        assertThat(registry.mail.visits).hasSize(2);
        assertThat(registry.acknowledgements().outstanding(Registry.MAIL)).isEmpty();
    }

    @Test
    void isNoAccessTokenEvenForAVerifierThatTrustsTheAuthority() {
        Notifier notifier = registry.notifier();
        registry.happens(KEY_REVOKED);
        notifier.run();
        String jwks = "{\"keys\":["
                + registry.authority
                        .key
                        .toPublicJWK()
                        .toJSONString()
                        .replace("}", ",\"alg\":\"ES384\",\"use\":\"sig\"}")
                + "]}";
        JwkSet set = JwkSetParser.parse(jwks.getBytes(StandardCharsets.UTF_8));
        TrustedKeys trusting = new TrustedKeys() {
            @Override
            public JwkSet own() {
                return set;
            }

            @Override
            public Set<Kid> revoked() {
                return Set.of();
            }

            @Override
            public Map<ScopeName, JwkSet> others() {
                return Map.of();
            }
        };
        TokenVerifier verifier = new TokenVerifier(
                registry.scope(Registry.CONSUMER).scope(),
                VerificationPolicy.accessTokens(Set.of("https://api.example"), Duration.ofHours(1)),
                trusting,
                registry.clock);

        assertThatThrownBy(() -> verifier.verify(registry.mail.bodies().get(0)))
                .isInstanceOfSatisfying(
                        TokenRejectedException.class,
                        rejection -> assertThat(rejection.verdict()).isEqualTo(Verdict.WRONG_TYPE));
    }

    @Test
    void forgetsATokenOnceItWasAcknowledged() {
        Notifier notifier = registry.notifier();
        registry.happens(KEY_REVOKED);
        notifier.run();

        assertThat(registry.store.securityEvents().find(Registry.MAIL, 1).map(Sent::token))
                .contains("");
    }
}
