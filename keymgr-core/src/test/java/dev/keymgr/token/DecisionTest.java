package dev.keymgr.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.keymgr.json.Json;
import dev.keymgr.key.ScopeName;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The record of a judgement as it is written and read. */
class DecisionTest {
    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.123456789Z");
    private static final ScopeName SCOPE = new ScopeName("enterprise");
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    private static final Decision LEAST = decision(Verdict.ACCEPTED, null, List.of(), null);

    private static final Decision MOST = new Decision(
            TIME,
            "mail \"1\"",
            SCOPE,
            Verdict.CROSS_SCOPE,
            "signed elsewhere",
            "https://consumer.example",
            List.of("mail", "añn \uD834\uDD1E"),
            "at+jwt",
            "ES256",
            "a kid\n",
            DIGEST,
            DIGEST,
            new ScopeName("consumer"),
            7L,
            0L);

    private static Decision decision(
            Verdict verdict, @Nullable String reason, List<String> audience, @Nullable ScopeName keyScope) {
        return new Decision(
                TIME, "mail", SCOPE, verdict, reason, null, audience, null, null, null, null, DIGEST, keyScope, null,
                null);
    }

    private static Map<String, Object> members() {
        return new LinkedHashMap<>(Json.parseObject(MOST.render()));
    }

    private static void assertRefused(String because, Map<String, Object> members) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Decision.parse(Json.render(members)))
                .withMessageContaining(because);
    }

    @Test
    void readsWhatItWrote() {
        assertThat(Decision.parse(MOST.render())).isEqualTo(MOST);
        assertThat(Decision.parse(LEAST.render())).isEqualTo(LEAST);
    }

    @Test
    void isOneLineAndLeavesOutWhatItDoesNotKnow() {
        assertThat(new String(MOST.render(), StandardCharsets.UTF_8)).doesNotContain("\n");
        assertThat(Json.parseObject(LEAST.render()))
                .containsOnlyKeys("time", "verifier", "scope", "verdict", "signing_input_sha256");
        assertThat(members()).hasSize(15);
    }

    @Test
    void dropsMembersThatItDoesNotKnow() {
        Map<String, Object> more = members();
        more.put("sub", "alice");
        more.put("token", Map.of("a", List.of(1)));

        Decision read = Decision.parse(Json.render(more));
        assertThat(read).isEqualTo(MOST);
        assertThat(new String(read.render(), StandardCharsets.UTF_8)).doesNotContain("alice");
    }

    @ParameterizedTest
    @ValueSource(strings = {"time", "verifier", "scope", "verdict", "signing_input_sha256"})
    void refusesARecordWithoutWhatEachHas(String member) {
        Map<String, Object> members = members();
        members.remove(member);
        assertRefused("there is no " + member, members);
        members.put(member, 7);
        assertRefused(member + " is not a string", members);
    }

    @ParameterizedTest
    @CsvSource({
        "time, yesterday, yesterday",
        "scope, ../x, ../x",
        "verdict, accepted, accepted",
        "key_scope, A B, A B",
        "verifier, '  ', verifier is blank",
        "jti_sha256, 00FF, jti_sha256 is no SHA-256",
        "signing_input_sha256, alice, signing_input_sha256 is no SHA-256",
        "aud, mail, aud is not an array of strings",
        "sequence, 7, sequence is not a whole number",
        "set_age_seconds, 0, set_age_seconds is not a whole number"
    })
    void refusesATextThatIsNotWhatItShouldBe(String member, String text, String because) {
        Map<String, Object> members = members();
        members.put(member, text);
        assertRefused(because, members);
    }

    @ParameterizedTest
    @ValueSource(strings = {"verifier", "reason", "iss", "typ", "alg", "kid"})
    void aTextHasSoManyCharactersAndNoMore(String member) {
        Map<String, Object> members = members();
        members.put(member, "x".repeat(Decision.TEXT_MAX));
        assertThat(Decision.parse(Json.render(members)).verdict()).isEqualTo(Verdict.CROSS_SCOPE);
        members.put(member, "x".repeat(Decision.TEXT_MAX + 1));
        assertRefused(member + " has more than 256 characters", members);
        if (!member.equals("verifier")) {
            members.put(member, 7);
            assertRefused(member + " is not a string", members);
        }
    }

    @Test
    void anAudienceHasSoManyNamesAndNoMore() {
        Map<String, Object> members = members();
        members.put("aud", Collections.nCopies(Decision.AUDIENCES_MAX, "mail"));
        assertThat(Decision.parse(Json.render(members)).audience()).hasSize(Decision.AUDIENCES_MAX);
        members.put("aud", Collections.nCopies(Decision.AUDIENCES_MAX + 1, "mail"));
        assertRefused("aud has more than 10", members);
        members.put("aud", List.of("x".repeat(Decision.TEXT_MAX + 1)));
        assertRefused("aud has more than 256", members);
        members.put("aud", List.of("mail", 7));
        assertRefused("aud is not an array of strings", members);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sequence", "set_age_seconds"})
    void aNumberIsWholeAndNotNegative(String member) {
        Map<String, Object> members = members();
        members.put(member, -1);
        assertRefused("negative", members);
        String text = new String(Json.render(members()), StandardCharsets.UTF_8);
        for (String number : List.of("0.5", "1e400", "123456789012345678901")) {
            String broken = text.replaceFirst("\"" + member + "\":\\d+", "\"" + member + "\":" + number);
            assertThatIllegalArgumentException()
                    .as(number)
                    .isThrownBy(() -> Decision.parse(broken.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void aReasonGoesWithARejectionAndAForeignScopeWithCrossScope() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> decision(Verdict.ACCEPTED, "why", List.of(), null))
                .withMessageContaining("a reason goes with a rejection");
        assertThatIllegalArgumentException().isThrownBy(() -> decision(Verdict.MALFORMED, null, List.of(), null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> decision(Verdict.MALFORMED, "why", List.of(), SCOPE))
                .withMessageContaining("key_scope");
    }

    @Test
    void theLongestOfAllIsWithinTheBytesThatAreRead() {
        String worst = "\u0001".repeat(Decision.TEXT_MAX);
        Decision longest = new Decision(
                TIME,
                "\"".repeat(Decision.TEXT_MAX),
                new ScopeName("a".repeat(2)),
                Verdict.CROSS_SCOPE,
                worst,
                worst,
                Collections.nCopies(Decision.AUDIENCES_MAX, worst),
                worst,
                worst,
                worst,
                DIGEST,
                DIGEST,
                SCOPE,
                Long.MAX_VALUE,
                Long.MAX_VALUE);

        assertThat(longest.render().length).isLessThanOrEqualTo(Decision.BYTES_MAX);
        assertThat(Decision.parse(longest.render())).isEqualTo(longest);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "7", "null", "{}", "{\"time\":\"2026-01-01T00:00:00Z\"}", "\uFEFF{}"})
    void refusesRubbish(String rubbish) {
        assertThatIllegalArgumentException().isThrownBy(() -> Decision.parse(rubbish.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void refusesAMemberNamedTwiceAndWhatIsTooLong() {
        String text = new String(MOST.render(), StandardCharsets.UTF_8);
        String twice = text.substring(0, text.length() - 1) + ",\"verdict\":\"ACCEPTED\"}";
        assertThatIllegalArgumentException().isThrownBy(() -> Decision.parse(twice.getBytes(StandardCharsets.UTF_8)));
        String padded = text + " ".repeat(Decision.BYTES_MAX);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Decision.parse(padded.getBytes(StandardCharsets.UTF_8)))
                .withMessageContaining("longer than");
    }

    @Test
    void everyCutOfARecordIsRefused() {
        byte[] whole = MOST.render();
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            assertThatIllegalArgumentException().as("cut at " + length).isThrownBy(() -> Decision.parse(cut));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"+1000000000-12-31T23:59:59.999999999Z", "-1000000000-01-01T00:00:00Z", "1969-12-31T23:59:59Z"})
    void refusesATimeThatNoVerifierCanMean(String time) {
        Map<String, Object> odd = members();
        odd.put("time", time);

        assertRefused("time is not within", odd);
    }
}
