package dev.keymgr.daemon.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keymgr.daemon.events.Mailroom.Box;
import dev.keymgr.daemon.events.Mailroom.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class DecisionDeskTest {
    private static final String SOUND =
            "{\"time\":\"2026-11-22T07:00:00Z\",\"verifier\":\"files\",\"scope\":\"consumer\","
                    + "\"verdict\":\"UNKNOWN_KEY\",\"reason\":\"no such key\",\"kid\":\"" + Registry.KID
                    + "\",\"signing_input_sha256\":\"" + "ab".repeat(32) + "\"}";

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

    private Optional<Box> box(String scope, String path, String variable) {
        return mailroom.open(scope, path, "Bearer " + Registry.token(variable));
    }

    private Reply post(String body) {
        return box("consumer", "decisions/files", "LOGS")
                .orElseThrow()
                .exchange(body.getBytes(StandardCharsets.UTF_8))
                .toCompletableFuture()
                .join();
    }

    @Test
    void opensToItsOwnTokenAlone() {
        assertThat(box("consumer", "decisions/files", "LOGS")).isPresent();
        assertThat(box("consumer", "decisions/files", "FILES")).isEmpty();
        assertThat(box("consumer", "events/files", "LOGS")).isEmpty();
        assertThat(box("enterprise", "decisions/files", "LOGS")).isEmpty();
        assertThat(box("consumer", "decisions/mail", "LOGS")).isEmpty();
        assertThat(mailroom.open("consumer", "decisions/files", null)).isEmpty();
    }

    @Test
    void takesDecisionsAndSaysHowManyShowAMisuse() {
        assertThat(post("{\"decisions\":[" + SOUND + "," + SOUND + "]}"))
                .isEqualTo(new Reply(200, "{\"taken\":2,\"misuses\":0}"));
        assertThat(registry.alarmed).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "verifier\":\"files | verifier\":\"mail | decision 1 is not of verifier files in scope consumer",
                "scope\":\"consumer | scope\":\"enterprise | decision 1 is not of verifier files in scope consumer",
                "UNKNOWN_KEY | ODD | decision 1: ",
                "abab | xyxy | decision 1: signing_input_sha256 is no SHA-256"
            })
    void takesAllOrNothing(String sound, String unsound, String fault) {
        Reply reply = post("{\"decisions\":[" + SOUND + "," + SOUND.replaceFirst(sound, unsound) + "]}");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.json()).contains(fault);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"[]", "{}", "{\"decisions\":{}}", "{\"decisions\":[7]}", "rubbish"})
    void refusesWhatIsNoSuchRequest(String body) {
        assertThat(post(body).status()).isEqualTo(400);
    }
}
