package dev.keymgr.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.kit.Expectations.Expectation;
import dev.keymgr.token.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class KitTest {
    private static final Instant NOW = Instant.parse("2026-11-22T04:00:00.75Z");
    private static final Scope SCOPE = new Scope(
            new ScopeName("consumer"),
            "https://login.example/consumer",
            List.of("https://api.example/consumer", "https://mail.example/consumer"));

    private static Kit kit;

    @BeforeAll
    static void makeOne() throws Exception {
        kit = Kit.make(SCOPE, NOW, SecureRandom.getInstance("SHA1PRNG"));
    }

    private static byte[] file(String path) {
        return Objects.requireNonNull(kit.files().get(path), path);
    }

    private static String judge(Expectation one, Instant at) {
        Expectations read = Expectations.parse(file(Expectations.FILE));
        return new ReferenceVerifier(read, KitTest::file, Clock.fixed(at, ZoneOffset.UTC)).judge(one);
    }

    @TestFactory
    Stream<DynamicTest> ourVerifierGivesEachTokenItsVerdict() {
        return kit.expectations().cases().stream()
                .map(one -> DynamicTest.dynamicTest(
                        one.id(),
                        () -> assertThat(judge(one, kit.expectations().made())).isEqualTo(one.verdict())));
    }

    @TestFactory
    Stream<DynamicTest> givesTheSameVerdictUntilTheLastSecondOfTheKit() {
        Instant last = kit.expectations().goodUntil().minusSeconds(1);
        return kit.expectations().cases().stream()
                .map(one -> DynamicTest.dynamicTest(
                        one.id(), () -> assertThat(judge(one, last)).isEqualTo(one.verdict())));
    }

    @Test
    void isGoodUntilItsTimeIsOverAndThenSaysSo() {
        Expectations expectations = kit.expectations();

        expectations.requireGood(expectations.goodUntil().minusNanos(1));
        assertThatExceptionOfType(KeymgrException.class)
                .isThrownBy(() -> expectations.requireGood(expectations.goodUntil()))
                .withMessageContaining("good until " + expectations.goodUntil())
                .withMessageContaining("make a new kit")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STALE));
    }

    @Test
    void saysWhereTheRunnersLieAndTheyDo() {
        String readme = new String(file("README.md"), StandardCharsets.UTF_8);

        assertThat(readme).contains("`keymgr-cli/kit`");
        for (String runner : List.of("Nimbus.java", "jose.mjs")) {
            assertThat(readme).contains("`" + runner + "`");
            assertThat(Path.of("kit", runner)).isRegularFile();
        }
    }

    @Test
    void drawsEveryVerdictThereIs() {
        Set<String> drawn =
                kit.expectations().cases().stream().map(Expectation::verdict).collect(Collectors.toSet());

        assertThat(drawn)
                .containsAll(
                        EnumSet.allOf(Verdict.class).stream().map(Enum::name).toList())
                .contains(Case.DOCUMENT_REFUSED);
    }

    @Test
    void tellsEveryCaseWhyItMattersAndWhoSaysSo() {
        assertThat(kit.expectations().cases()).hasSizeGreaterThan(70).allSatisfy(one -> {
            assertThat(one.why()).isNotBlank();
            assertThat(one.clause()).matches("(RFC \\d+ s\\. [\\d.]+|OpenID Federation 1\\.0 s\\. [\\d.]+|keymgr: .+)");
            assertThat(one.accepted()).isEqualTo(one.verdict().equals("ACCEPTED"));
            assertThat(kit.files()).containsKeys(one.token(), one.keys(), one.revocations());
        });
    }

    @Test
    void holdsNoPrivateKey() {
        assertThat(kit.files()).allSatisfy((path, content) -> {
            String text = new String(content, StandardCharsets.UTF_8);
            assertThat(text).doesNotContain("PRIVATE KEY").doesNotContain("\"d\":");
        });
    }

    @Test
    void saysTheSameOfEveryKitButForItsKeysAndTimes() throws Exception {
        Kit other = Kit.make(SCOPE, NOW.plusSeconds(5), SecureRandom.getInstance("SHA1PRNG"));

        assertThat(other.expectations().cases()).isEqualTo(kit.expectations().cases());
        assertThat(List.copyOf(other.files().keySet()))
                .isEqualTo(List.copyOf(kit.files().keySet()))
                .endsWith(Expectations.FILE);
        assertThat(other.files().get("tokens/good.jwt")).isNotEqualTo(file("tokens/good.jwt"));
    }

    @Test
    void servesAScopeThatIsItselfCalledFoil() throws Exception {
        Scope foil =
                new Scope(new ScopeName("foil"), "https://login.example/foil", List.of("https://api.example/foil"));

        Expectations made =
                Kit.make(foil, NOW, SecureRandom.getInstance("SHA1PRNG")).expectations();

        assertThat(made.foil().name()).isNotEqualTo(made.scope().name());
    }

    @Test
    void countsWhatWasMisjudgedAndWhatWasPassedOver() {
        Map<String, Score.Answer> answers = Score.read(
                kit.expectations(),
                new String(file("verdicts/keymgr.jsonl"), StandardCharsets.UTF_8)
                        .replace("\"cross-scope\",\"accepted\":false", "\"cross-scope\",\"accepted\":true"));
        answers.remove("revoked-key");

        Score score = Score.of(kit.expectations(), answers);

        assertThat(score.wrong())
                .extracting(w -> w.expectation().id() + " " + w.answer())
                .containsExactly("cross-scope ACCEPTED", "revoked-key SILENT");
        assertThat(score.isPerfect(Level.MANDATORY)).isFalse();
        assertThat(score.rightByLevel().get(Level.KEYMGR))
                .isEqualTo(Objects.requireNonNull(score.countByLevel().get(Level.KEYMGR)) - 1);
    }
}
