package dev.keymgr.rollover;

import static dev.keymgr.key.SigningAlgorithm.ES256;
import static dev.keymgr.key.SigningAlgorithm.PS256;
import static dev.keymgr.rollover.Rollovers.CONSUMER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.Compromise;
import dev.keymgr.key.GenerationIntent;
import dev.keymgr.key.KeyGroup;
import dev.keymgr.key.KeyLocation;
import dev.keymgr.key.Keyring;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.SigningKey;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.testkit.Policies;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Attempts to make a key that did not end. */
class GenerationTest {
    private static final Instant START = Rollovers.START;

    private final RolloverPolicy policy = Policies.workedExample();
    private final TokenLabel one = policy.tokens().get(0);
    private final TokenLabel other = policy.tokens().get(1);
    private final Keyring settled = Rollovers.settled(policy);

    private static GenerationIntent intent(SigningAlgorithm algorithm, TokenLabel token, Instant at) {
        return new GenerationIntent(
                new KeyGroup(CONSUMER, algorithm), new KeyLocation(token, new CkaId("0f".repeat(16))), at);
    }

    private List<Step> due(Keyring keyring, Instant now) {
        return new RolloverPlanner()
                .plan(keyring, policy, now).due().stream()
                        .map(PlannedStep::step)
                        .toList();
    }

    @Test
    void isGivenUpInATokenThatTheScopeNoLongerHas() {
        GenerationIntent intent = intent(ES256, new TokenLabel("gone"), START);
        Keyring keyring = Keyring.empty(CONSUMER).intending(intent, START);

        List<Step> due = due(keyring, START);

        assertThat(due).contains(new Step.Abandon(intent));
        assertThat(due)
                .filteredOn(s -> s instanceof Step.Generate)
                .allSatisfy(s -> assertThat(((Step.Generate) s).resumed()).isNull())
                .isNotEmpty();
    }

    @Test
    void isGivenUpOfAnAlgorithmThatThePolicyNoLongerHas() {
        assertThat(policy.algorithms()).doesNotContain(PS256);
        GenerationIntent intent = intent(PS256, one, START);

        assertThat(due(settled.intending(intent, START), START)).containsExactly(new Step.Abandon(intent));
    }

    @ParameterizedTest
    @EnumSource(Compromise.Cause.class)
    void isGivenUpWhereAKeyWasRevokedSinceForMoreThanItsOwnSake(Compromise.Cause cause) {
        SigningKey stolen = Rollovers.active(settled, ES256);
        GenerationIntent intent = intent(ES256, stolen.location().token(), START);
        Keyring revoked = settled.intending(intent, START)
                .compromised(Set.of(stolen.kid()), new Compromise("seen", cause, START), START.plusSeconds(1));

        assertThat(due(revoked, START.plusSeconds(1)).contains(new Step.Abandon(intent)))
                .isEqualTo(cause != Compromise.Cause.KEY);
    }

    @Test
    void isGoneOnWithWhenItBeganAfterThat() {
        SigningKey stolen = Rollovers.active(settled, ES256);
        GenerationIntent intent = intent(ES256, stolen.location().token(), START.plusSeconds(1));
        Keyring revoked = settled.compromised(
                        Set.of(stolen.kid()),
                        new Compromise("seen", Compromise.Cause.TOKEN, START),
                        START.plusSeconds(1))
                .intending(intent, START.plusSeconds(1));

        assertThat(due(revoked, START.plusSeconds(1)))
                .contains(new Step.Generate(intent.group(), intent.location().token(), intent));
    }

    @Test
    void isMadeElsewhereWhenATokenDoesNotAnswerForLongerThanTicksMayBeMissed() {
        GenerationIntent intent = intent(ES256, one, START);
        Keyring keyring = Keyring.empty(CONSUMER).intending(intent, START);
        Step.Generate elsewhere = new Step.Generate(intent.group(), other, null);
        Duration patience = policy.tick().allowance();
        long wanted = 1L + policy.standbys();
        Keyring waiting = keyring;
        for (int i = 1; i < wanted; i++) {
            waiting = waiting.intending(
                    new GenerationIntent(intent.group(), new KeyLocation(one, new CkaId(("0" + i).repeat(16))), START),
                    START);
        }

        assertThat(due(waiting, START.plus(patience).minusMillis(1))).doesNotContain(elsewhere);
        assertThat(due(waiting, START.plus(patience))).contains(elsewhere);
    }
}
