package dev.keymgr.daemon.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.key.Compromise;
import dev.keymgr.key.Compromise.Cause;
import dev.keymgr.key.Kid;
import dev.keymgr.rollover.Exposure;
import dev.keymgr.rollover.Exposure.Verifier;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Revoked keys that somebody known may still trust. */
class ExposuresTest {
    private static final String SECTION = "//section[@aria-labelledby='exposure']";
    private static final Instant START = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant NOW = START.plus(Duration.ofDays(21));
    private static final List<Verifier> REGISTERED = List.of(
            new Verifier("mail", "mail@example.com", Duration.ofMinutes(10)),
            new Verifier("<b>files</b>", "files@example.com", Duration.ofMinutes(10)));

    private final SampleScope scope =
            new SampleScope("consumer", SampleScope.daily("consumer-a", "consumer-b"), START).liveUntil(NOW);
    private final Kid kid = scope.active().kid();

    private void revoke() {
        scope.become(scope.keyring().compromised(Set.of(kid), new Compromise("leaked", Cause.KEY, NOW), NOW));
    }

    private Exposure exposure() {
        return Exposure.of(scope.keyring(), kid, scope.policy(), REGISTERED, Map.of("mail", NOW.plusSeconds(2)))
                .orElseThrow();
    }

    private ParsedPage page(List<Exposure> exposures) {
        View quiet = SampleViews.view(NOW, List.of(scope.view()), List.of(), List.of());
        return ParsedPage.of(new View(
                quiet.now(),
                quiet.readAt(),
                quiet.version(),
                quiet.refresh(),
                quiet.scopes(),
                quiet.findings(),
                quiet.daemons(),
                quiet.alarms(),
                exposures,
                quiet.audit()));
    }

    @Test
    void takeNoRoomWhenThereAreNone() {
        assertThat(page(List.of()).all(SECTION)).isEmpty();
    }

    @Test
    void saysThatAKeyIsStillListed() {
        revoke();

        assertThat(page(List.of(exposure())).one(SECTION)).contains(kid.prefix(), "still listed", "not yet known");
    }

    @Test
    void saysByWhenTheKnownHaveStoppedAndWhoIsOutstanding() {
        revoke();
        scope.liveUntil(NOW.plusSeconds(1));
        Exposure exposure = exposure();

        ParsedPage page = page(List.of(exposure));

        assertThat(page.all(SECTION + "//time/@datetime"))
                .contains(
                        NOW.toString(), exposure.bound().map(Instant::toString).orElseThrow());
        assertThat(page.one(SECTION))
                .contains("1 of 2 confirmed", "outstanding: <b>files</b>", "nothing can be told")
                .doesNotContain("still listed");
    }
}
