package dev.keymgr.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.json.Json;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.Scope;
import dev.keymgr.key.ScopeName;
import dev.keymgr.kit.Expectations.Expectation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreTest {
    private static final Expectations KIT = new Expectations(
            new Scope(new ScopeName("consumer"), "https://login.example/consumer", List.of("https://api.example")),
            new Scope(new ScopeName("foil"), "https://login.invalid/foil", List.of("https://api.invalid")),
            Instant.parse("2026-11-22T04:00:00Z"),
            Instant.parse("2026-11-23T04:00:00Z"),
            Duration.ofDays(2),
            7,
            List.of(expectation("good", Level.MANDATORY, true), expectation("padded", Level.FORM, false)));

    private static Expectation expectation(String id, Level level, boolean accepted) {
        return new Expectation(
                id,
                level,
                "tokens/" + id,
                "jwks.json",
                "revoked",
                accepted,
                accepted ? "ACCEPTED" : "MALFORMED",
                "so",
                "x");
    }

    @Test
    void readsWhatItHasWritten() {
        byte[] written = Json.render(KIT.members());

        assertThat(Expectations.parse(written)).isEqualTo(KIT);
    }

    @Test
    void keepsTheLevelsApart() {
        Score score = Score.of(
                KIT, Score.read(KIT, "{\"id\":\"good\",\"accepted\":true}\n\n{\"id\":\"padded\",\"accepted\":true}"));

        assertThat(score.isPerfect(Level.MANDATORY)).isTrue();
        assertThat(score.isPerfect(Level.FORM)).isFalse();
        assertThat(score.rightByLevel()).isEqualTo(Map.of(Level.MANDATORY, 1, Level.FORM, 0, Level.KEYMGR, 0));
    }

    @Test
    void countsSilenceAsWrong() {
        assertThat(Score.of(KIT, Map.of()).wrong())
                .extracting(Score.Wrong::answer)
                .containsExactly(Score.Answer.SILENT, Score.Answer.SILENT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "good",
                "[]",
                "{\"accepted\":true}",
                "{\"id\":\"good\"}",
                "{\"id\":\"good\",\"accepted\":\"true\"}",
                "{\"id\":\"nobody\",\"accepted\":true}",
                "{\"id\":\"good\",\"accepted\":true}\n{\"id\":\"good\",\"accepted\":false}"
            })
    void refusesVerdictsThatAreNone(String lines) {
        assertThatThrownBy(() -> Score.read(KIT, lines))
                .isInstanceOfSatisfying(
                        KeymgrException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE))
                .hasMessageContaining("nothing was scored");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"format\":\"keymgr-kit/2\"}", "{\"format\":\"keymgr-kit/1\",\"cases\":[]}"})
    void refusesAFileThatIsNoKit(String json) {
        assertThatThrownBy(() -> Expectations.parse(json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        KeymgrException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.USAGE));
    }
}
