package dev.keymgr.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.config.SecretSource;
import dev.keymgr.config.SecretSource.Kind;
import dev.keymgr.config.TokenConfig;
import dev.keymgr.hsm.HsmException;
import dev.keymgr.hsm.Pin;
import dev.keymgr.hsm.TokenInitialization;
import dev.keymgr.hsm.pin.PinSources;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.TokenLabel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** That no PIN file stands whose PIN no token knows, and no token whose PIN stands nowhere. */
class TokenSetupTest {
    private static final TokenLabel LABEL = new TokenLabel("consumer-a");

    @TempDir
    private Path home;

    private final OneToken token = new OneToken();
    private final SecureRandom random = seeded();
    private Path pin;
    private Path officer;

    @BeforeEach
    void begin() {
        pin = home.resolve("secrets/consumer-a.pin");
        officer = home.resolve("secrets/consumer-a.so-pin");
    }

    @Test
    void aNewTokenTakesThePinsThatWereWrittenBefore() throws IOException {
        assertThat(make()).isTrue();

        assertThat(token.pins).containsExactly(Files.readString(officer), Files.readString(pin));
        assertThat(make()).isFalse();
    }

    @Test
    void whatAKilledRunLeftIsTaken() throws IOException {
        make();
        List<String> before = token.pins;
        token.reached = TokenInitialization.Progress.NOT_BEGUN;

        assertThat(make()).isTrue();
        assertThat(token.pins).isEqualTo(before);
    }

    @Test
    void noPinIsInventedWhileTheTokenCannotBeAsked() throws IOException {
        token.isDown = true;

        assertThatThrownBy(this::make).isInstanceOf(HsmException.class);

        assertThat(files()).isEmpty();
    }

    @Test
    void noPinIsInventedForATokenThatHasOne() throws IOException {
        token.reached = TokenInitialization.Progress.DONE;

        assertThatThrownBy(this::make)
                .isInstanceOf(KeymgrException.class)
                .hasMessageContaining("its PIN file " + pin + " was not; nothing was changed; restore that file");

        assertThat(files()).isEmpty();
    }

    @Test
    void noOfficersPinIsInventedForATokenThatHasOne() throws IOException {
        token.reached = TokenInitialization.Progress.WITHOUT_USER_PIN;

        assertThatThrownBy(this::make)
                .isInstanceOf(KeymgrException.class)
                .hasMessageContaining(officer.toString(), "nothing was changed", "restore that file");

        assertThat(files()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(TokenInitialization.Progress.class)
    void afterAFailureThoseFilesStayWhosePinTheTokenTook(TokenInitialization.Progress reached) throws IOException {
        token.failsAt = reached;

        assertThatThrownBy(this::make).isInstanceOf(HsmException.class);

        assertThat(files())
                .isEqualTo(
                        switch (reached) {
                            case NOT_BEGUN -> List.of();
                            case WITHOUT_USER_PIN -> List.of(officer);
                            case DONE -> List.of(pin, officer);
                        });
    }

    @Test
    void afterAFailureThatTellsNothingTheFilesStay() throws IOException {
        token.failsAt = TokenInitialization.Progress.NOT_BEGUN;
        token.fallsSilent = true;

        assertThatThrownBy(this::make).isInstanceOf(HsmException.class);

        assertThat(files()).containsExactly(pin, officer);
    }

    @Test
    void aTokenThatSomebodyElseMadeMeanwhileHasNoPinOfOurs() throws IOException {
        token.isTakenMeanwhile = true;

        assertThatThrownBy(this::make).hasMessageContaining("restore that file");

        assertThat(files()).isEmpty();
    }

    private boolean make() {
        TokenConfig config =
                new TokenConfig(LABEL, new SecretSource(Kind.FILE, pin.toString()), home.resolve("token.sock"));
        return new TokenSetup(home, token, new PinSources(home, Map.of())::parse, random).make(config);
    }

    private static SecureRandom seeded() {
        try {
            SecureRandom generator = SecureRandom.getInstance("SHA1PRNG");
            generator.setSeed(7);
            return generator;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private List<Path> files() throws IOException {
        if (!Files.exists(pin.getParent())) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(pin.getParent())) {
            return all.sorted().toList();
        }
    }

    /** A token that can fail on the way. */
    private static final class OneToken implements TokenInitialization {
        private Progress reached = Progress.NOT_BEGUN;
        private @Nullable Progress failsAt;
        private boolean isDown;
        private boolean fallsSilent;
        private boolean isTakenMeanwhile;
        private List<String> pins = List.of();

        @Override
        public Progress progress(TokenLabel label) {
            if (isDown) {
                throw new HsmException(ErrorCode.TOKEN_UNAVAILABLE, label, "nobody listens");
            }
            return reached;
        }

        @Override
        public boolean initialize(TokenLabel label, Pin securityOfficerPin, Pin userPin) {
            if (isTakenMeanwhile) {
                reached = Progress.DONE;
                return false;
            }
            if (failsAt != null) {
                reached = failsAt;
                isDown = fallsSilent;
                throw new HsmException(ErrorCode.TOKEN_UNAVAILABLE, label, "the line broke");
            }
            pins = List.of(securityOfficerPin.lend(String::new), userPin.lend(String::new));
            reached = Progress.DONE;
            return true;
        }
    }
}
