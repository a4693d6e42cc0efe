package dev.keymgr.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.config.StarterConfig.Pace;
import dev.keymgr.key.ScopeName;
import dev.keymgr.rollover.RolloverPolicy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StarterConfigTest {
    private static final Path CLIENT = Path.of("/opt/p11-kit-client.so");
    private static final Path MODULE = Path.of("/opt/libsofthsm2.so");

    @ParameterizedTest
    @EnumSource(Pace.class)
    void loadsWithBothScopesAndTheirTokens(Pace pace) {
        KeymgrConfig config = Samples.load(new StarterConfig(pace, CLIENT, MODULE).render());

        assertThat(config.hsm())
                .isEqualTo(
                        new HsmConfig.Isolated(CLIENT, MODULE, config.home().resolve("run"), HsmConfig.WhenDown.START));
        assertThat(config.scopes().keySet()).containsExactly(new ScopeName("consumer"), new ScopeName("enterprise"));
        config.scopes().forEach((name, scope) -> {
            assertThat(scope.tokens())
                    .extracting(token -> token.label().value())
                    .containsExactly(name + "-a", name + "-b");
            assertThat(scope.directories()).containsExactly(config.home().resolve("public/" + name));
        });
    }

    @Test
    void saysOfDaysWhatTheDefaultsSay() {
        KeymgrConfig config = Samples.load(new StarterConfig(Pace.DAYS, CLIENT, null).render());

        assertThat(config.warnings()).isEmpty();
        config.scopes()
                .values()
                .forEach(scope -> assertThat(scope.policy())
                        .isEqualTo(PolicyDefaults.policy(scope.policy().tokens())));
    }

    @Test
    void passesAWholeRolloverInSecondsWithinAMinute() {
        RolloverPolicy policy = consumer(new StarterConfig(Pace.SECONDS, CLIENT, null));

        Duration rollover = policy.publicationInterval()
                .plus(policy.rotation())
                .plus(policy.retireInterval())
                .plus(policy.tick().allowance().multipliedBy(3));

        assertThat(rollover).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void spellsOutEveryValueOfThePolicyOrShowsItInAComment() {
        String text = new StarterConfig(Pace.DAYS, CLIENT, null).render();

        for (Shape shape : List.of(Shape.POLICY, Shape.CACHE, Shape.LIFETIME, Shape.TICK, Shape.AGES)) {
            assertThat(shape.keys()).allSatisfy(key -> assertThat(text).containsPattern("\n *(# +)?" + key + ":"));
        }
    }

    @Test
    void loadsAsWellWithTheCommentsTakenAwayFromTheAges() {
        String text = new StarterConfig(Pace.DAYS, CLIENT, null)
                .render()
                .replace("# ages:", "ages:")
                .replaceAll("#( {3}(warn|max|grace|trust):)", "$1");

        assertThat(text).contains("\n      ages:");
        assertThat(Samples.load(text).scopes())
                .isEqualTo(Samples.load(new StarterConfig(Pace.DAYS, CLIENT, null).render())
                        .scopes());
    }

    @Test
    void loadsAsWellWithTheCommentsTakenAwayFromTheDaemon() {
        String text = new StarterConfig(Pace.DAYS, CLIENT, null)
                .render()
                .replaceAll("\n# (daemon:|  )", "\n$1")
                .replace("# probes:", "probes:");

        KeymgrConfig config = Samples.load(text);

        assertThat(config.daemon().tls()).isPresent();
        assertThat(config.daemon().limits()).isEqualTo(DaemonConfig.DEFAULT.limits());
        assertThat(config.daemon().webhooks()).hasSize(1);
        assertThat(config.daemon().hook()).hasSize(1);
        assertThat(config.scopes().values())
                .anySatisfy(s -> assertThat(s.probes()).hasSize(1));
        assertThat(config.warnings()).isEmpty();
    }

    @Test
    void showsEveryKeyOfTheDaemonInAComment() {
        String text = new StarterConfig(Pace.DAYS, CLIENT, null).render();

        for (Shape shape : List.of(Shape.DAEMON, Shape.TLS, Shape.LIMITS, Shape.WEBHOOK)) {
            assertThat(shape.keys()).allSatisfy(key -> assertThat(text).containsPattern("\n# +(- )?" + key + ":"));
        }
    }

    @Test
    void explainsEveryLineOfTheFirstPolicyInAComment() {
        String text = new StarterConfig(Pace.SECONDS, CLIENT, null).render();

        List<String> policy = text.lines()
                .dropWhile(line -> !line.contains("policy:"))
                .skip(1)
                .takeWhile(line -> !line.contains("enterprise:"))
                .filter(line -> !line.isBlank() && !line.endsWith(":"))
                .toList();

        assertThat(policy).hasSizeGreaterThan(18).allMatch(line -> line.contains(" # "));
    }

    @Test
    void loadsATokenInProcessWhereThereIsNoClient() {
        KeymgrConfig config = Samples.load(new StarterConfig(Pace.DAYS, null, MODULE).render());

        assertThat(config.hsm())
                .isEqualTo(new HsmConfig.InProcess(MODULE, config.home().resolve("run")));
    }

    @Test
    void keepsPathsWithAnyCharacter() {
        Path odd = Path.of("/opt/a \"b\" # c: \\d/é\uD83D\uDD11/x.so");

        KeymgrConfig config = Samples.load(new StarterConfig(Pace.DAYS, odd, null).render());

        assertThat(config.hsm())
                .isEqualTo(new HsmConfig.Isolated(odd, null, config.home().resolve("run"), HsmConfig.WhenDown.START));
    }

    @Test
    void needsALibrary() {
        assertThatThrownBy(() -> new StarterConfig(Pace.DAYS, null, null)).isInstanceOf(IllegalArgumentException.class);
    }

    private static RolloverPolicy consumer(StarterConfig starter) {
        return Objects.requireNonNull(Samples.load(starter.render()).scopes().get(new ScopeName("consumer")))
                .policy();
    }
}
