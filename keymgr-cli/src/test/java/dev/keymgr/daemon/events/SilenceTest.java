package dev.keymgr.daemon.events;

import static dev.keymgr.audit.AuditAction.KEY_ACTIVATED;
import static dev.keymgr.audit.AuditAction.KEY_REVOKED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.audit.Alarm;
import dev.keymgr.audit.Deliveries.Mark;
import dev.keymgr.config.RelyingParty;
import dev.keymgr.daemon.events.Acknowledgements.Confirmation;
import dev.keymgr.daemon.events.Acknowledgements.Standing;
import dev.keymgr.daemon.events.Doorbell.Answer;
import dev.keymgr.daemon.notify.Notifier;
import dev.keymgr.testkit.SteppedClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class SilenceTest {
    private static final List<Duration> STEPS =
            List.of(Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(600));

    @TempDir
    private Path folder;

    private Registry registry;
    private Notifier notifier;
    private Silence silence;

    @BeforeEach
    void open() {
        registry = new Registry(folder);
        notifier = registry.notifier();
        silence = new Silence(registry.acknowledgements(), STEPS);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private Optional<Alarm> alarm() {
        return silence.due(registry.scope(Registry.CONSUMER), registry.clock.instant());
    }

    private void acknowledgeFiles() {
        registry.store
                .securityEvents()
                .outstanding(Registry.FILES, 10)
                .forEach(sent -> registry.store
                        .securityEvents()
                        .acknowledge(Registry.FILES, List.of(sent.jti()), registry.clock.instant(), "files"));
    }

    @Test
    void escalatesStepByStepUntilItIsAcknowledged() {
        registry.happens(KEY_REVOKED);
        notifier.run();
        registry.clock.advance(Duration.ofSeconds(9));
        assertThat(alarm()).as("before the first step").isEmpty();

        registry.clock.advance(Duration.ofSeconds(1));
        Alarm first = alarm().orElseThrow();
        assertThat(first.code()).isEqualTo("relying-party-silent");
        assertThat(first.critical()).isFalse();
        assertThat(first.message())
                .isEqualTo("files (Files desk 7) has not acknowledged key-revoked of "
                        + Registry.KID.prefix() + " since " + SteppedClock.START
                        + ", over 10s; it may go on with what it has for 1h");
        registry.clock.advance(Duration.ofSeconds(40));
        assertThat(alarm()).map(Alarm::message).as("the same words").contains(first.message());

        registry.clock.advance(Duration.ofSeconds(10));
        assertThat(alarm().orElseThrow().critical()).isTrue();
        assertThat(alarm().orElseThrow().message()).contains("over 1m");
        registry.clock.advance(Duration.ofHours(1));
        assertThat(alarm().orElseThrow().message()).contains("over 10m");

        acknowledgeFiles();
        assertThat(alarm()).isEmpty();
    }

    @Test
    void isNoEmergencyWhileARevocationIsKnown() {
        registry.happens(KEY_ACTIVATED);
        notifier.run();
        registry.clock.advance(Duration.ofHours(1));

        assertThat(alarm().orElseThrow().critical()).isFalse();
    }

    @Test
    void namesARevocationBeforeWhatIsOlder() {
        registry.happens(KEY_ACTIVATED);
        registry.clock.advance(Duration.ofSeconds(5));
        registry.happens(KEY_REVOKED);
        notifier.run();
        registry.clock.advance(Duration.ofHours(1));

        assertThat(alarm().orElseThrow().message()).contains("key-revoked");
    }

    @Test
    void namesEveryPartyThatIsSilentAndWhatItAnswered() {
        registry.mail.answer = new Answer(400, "{\"err\":\"invalid_key\"}");
        registry.happens(KEY_REVOKED);
        notifier.run();
        registry.clock.advance(Duration.ofSeconds(10));

        assertThat(alarm().orElseThrow().message())
                .contains("mail (mail-team@example.com)", "over 10s: it answered HTTP 400 invalid_key", "files (");
    }

    @Test
    void hasTheStepsThatTheReferenceNames() {
        assertThat(Silence.STEPS).containsExactly(Duration.ofMinutes(15), Duration.ofHours(1), Duration.ofDays(1));
    }

    @Test
    void saysWhoHasAcknowledgedARevocation() {
        registry.happens(KEY_REVOKED);
        assertThat(standings())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "mail", Standing.OUTSTANDING, "files", Standing.OUTSTANDING, "paper", Standing.NOT_TOLD));

        notifier.run();
        assertThat(standings())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "mail", Standing.ACKNOWLEDGED, "files", Standing.OUTSTANDING, "paper", Standing.NOT_TOLD));

        registry.clock.advance(Duration.ofSeconds(3));
        acknowledgeFiles();
        assertThat(confirmations())
                .filteredOn(c -> c.party().name().equals("files"))
                .extracting(Confirmation::at)
                .containsExactly(SteppedClock.START.plusSeconds(3));
    }

    @Test
    void knowsWhoWasRegisteredAfterTheRevocation() {
        registry.happens(Registry.ENTERPRISE, KEY_REVOKED);
        registry.store.daemons().set(new Mark("party:enterprise/files", 1, 0, SteppedClock.START));

        assertThat(registry.acknowledgements().revocation(registry.scope(Registry.ENTERPRISE), Registry.KID))
                .extracting(Confirmation::standing)
                .containsExactly(Standing.REGISTERED_LATER);
        assertThat(registry.acknowledgements().revocation(registry.scope(Registry.CONSUMER), Registry.KID))
                .as("a key of another scope")
                .isEmpty();
    }

    private List<Confirmation> confirmations() {
        return registry.acknowledgements().revocation(registry.scope(Registry.CONSUMER), Registry.KID);
    }

    private Map<String, Standing> standings() {
        return confirmations().stream().collect(Collectors.toMap(c -> c.party().name(), Confirmation::standing));
    }

    @Test
    void leavesThoseOutThatAreToldNothing() {
        assertThat(registry.scope(Registry.CONSUMER).relyingParties())
                .extracting(RelyingParty::name)
                .contains("paper");
        registry.clock.advance(Duration.ofDays(30));
        assertThat(alarm()).isEmpty();
    }
}
