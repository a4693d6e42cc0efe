package dev.keymgr.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.TokenLabel;
import dev.keymgr.rollover.PolicyLint;
import dev.keymgr.rollover.RolloverPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PolicyDefaultsTest {
    private static final List<TokenLabel> TOKENS = List.of(new TokenLabel("a"), new TokenLabel("b"));
    private static final long SEED = 20_231_117;

    @Test
    void areThoseOfTheWorkedExample() {
        RolloverPolicy policy = PolicyDefaults.policy(TOKENS);

        assertThat(policy.publicationInterval()).isEqualTo(Duration.ofMinutes(66));
        assertThat(policy.retireInterval()).isEqualTo(Duration.ofMinutes(65));
        assertThat(policy.ages().max()).isEqualTo(Duration.ofDays(29));
        assertThat(policy.ages().trust()).isEqualTo(Duration.ofDays(30).plusMinutes(130));
        assertThat(PolicyLint.check(policy)).isEmpty();
    }

    @Test
    void deriveAgesThatFitWheneverTheOtherValuesDo() {
        Random random = new Random(SEED);
        int sound = 0;
        for (int i = 0; i < 20_000; i++) {
            RolloverPolicy draft = anyDraft(random);
            if (errors(draft).stream().allMatch(PolicyDefaultsTest::isOfAges)) {
                sound++;
                RolloverPolicy whole = draft.withAges(PolicyDefaults.ages(draft));
                assertThat(errors(whole)).as("seed %d, policy %s", SEED, whole).isEmpty();
            }
        }
        assertThat(sound).isGreaterThan(5_000);
    }

    @Test
    void warnOfNoKeyThatIsOnTime() {
        RolloverPolicy policy = PolicyDefaults.policy(TOKENS);
        Duration oldest = policy.rotation().multipliedBy(2).plus(policy.tick().allowance());

        assertThat(policy.ages().warn()).isGreaterThan(oldest);
    }

    private static List<PolicyLint.Finding> errors(RolloverPolicy policy) {
        return PolicyLint.check(policy).stream()
                .filter(finding -> finding.level() == PolicyLint.Level.ERROR)
                .toList();
    }

    private static boolean isOfAges(PolicyLint.Finding finding) {
        return finding.key().startsWith("ages.");
    }

    private static RolloverPolicy anyDraft(Random random) {
        return new RolloverPolicy(
                TOKENS,
                List.of(SigningAlgorithm.ES256),
                upTo(random, 14 * 86_400),
                RolloverPolicy.Caching.of(upTo(random, 7_200), Map.of("v", upTo(random, 86_400))),
                upTo(random, 3_600),
                new RolloverPolicy.Lifetime(upTo(random, 86_400), upTo(random, 600), upTo(random, 600)),
                upTo(random, 3_600),
                new RolloverPolicy.Tick(upTo(random, 3_600), random.nextInt(10)),
                PolicyDefaults.UNDECIDED,
                upTo(random, 3_600),
                1 + random.nextInt(3),
                RolloverPolicy.Tenancy.SHARED,
                false,
                List.of());
    }

    /** Of any magnitude: seconds are as likely as days. */
    private static Duration upTo(Random random, int seconds) {
        return Duration.ofSeconds(Math.round(Math.exp(random.nextDouble() * Math.log(seconds))));
    }
}
