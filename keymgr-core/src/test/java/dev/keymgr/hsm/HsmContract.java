package dev.keymgr.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keymgr.key.CkaId;
import dev.keymgr.key.ErrorCode;
import dev.keymgr.key.KeymgrException;
import dev.keymgr.key.SigningAlgorithm;
import dev.keymgr.key.VerificationKey;
import dev.keymgr.testkit.JoseSignatures;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link Hsm} keeps, the fake as well as a real token. The token is shared by the tests of a class. */
public abstract class HsmContract {
    /** The beginning of certificates made here. */
    protected static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    private static final byte[] INPUT = "header.payload".getBytes(StandardCharsets.US_ASCII);
    private static final int THREADS = 20;
    private static final int SIGNATURES_EACH = 25;

    /** The token under test, logged in. */
    protected abstract Hsm hsm();

    /** A second, independent login to the same token; closed by the caller. */
    protected abstract Hsm loginAgain();

    /** A CKA_ID that no other test uses. */
    protected abstract CkaId freshId();

    @Test
    void saysWhichTokenItIs() {
        TokenDescription description = hsm().describe();

        assertThat(description.label()).isEqualTo(hsm().label());
        assertThat(description.serial()).isNotBlank();
    }

    @ParameterizedTest
    @EnumSource(SigningAlgorithm.class)
    void signsInJoseFormWithAKeyItMade(SigningAlgorithm algorithm) {
        CkaId id = freshId();
        TokenKey key = hsm().generate(id, algorithm, NOW);

        byte[] single = hsm().sign(id, algorithm, INPUT);
        byte[] handled = hsm().open(id, algorithm).sign(INPUT);

        assertThat(publicHalf(key).fits(algorithm)).isTrue();
        assertThat(JoseSignatures.verifies(publicHalf(key), algorithm, INPUT, single))
                .isTrue();
        assertThat(JoseSignatures.verifies(publicHalf(key), algorithm, INPUT, handled))
                .isTrue();
        assertThat(JoseSignatures.verifies(publicHalf(key), algorithm, new byte[] {1}, handled))
                .isFalse();
    }

    @Test
    void keepsTheKeyItMadeInTheToken() {
        CkaId id = freshId();

        TokenKey key = hsm().generate(id, SigningAlgorithm.ES256, NOW);

        assertThat(key.attributes().violations()).isEmpty();
        assertThat(key.location().id()).isEqualTo(id);
        assertThat(key.location().token()).isEqualTo(hsm().label());
    }

    @Test
    void makesNoSecondKeyUnderTheSameId() {
        CkaId id = freshId();

        TokenKey first = hsm().generate(id, SigningAlgorithm.ES256, NOW);
        TokenKey second = hsm().generate(id, SigningAlgorithm.ES256, NOW.plusSeconds(60));

        assertThat(second).isEqualTo(first);
        assertThat(hsm().list())
                .filteredOn(key -> key.location().id().equals(id))
                .hasSize(1);
    }

    @Test
    void findsAndListsWhatItMade() {
        CkaId id = freshId();
        TokenKey made = hsm().generate(id, SigningAlgorithm.ES256, NOW);

        assertThat(hsm().find(id)).contains(made);
        assertThat(hsm().list()).contains(made);
        assertThat(hsm().find(freshId())).isEmpty();
    }

    @Test
    void signsTheSameAlthoughOtherKeysComeAndGo() {
        CkaId id = freshId();
        TokenKey key = hsm().generate(id, SigningAlgorithm.ES256, NOW);
        SigningHandle handle = hsm().open(id, SigningAlgorithm.ES256);

        CkaId other = freshId();
        hsm().generate(other, SigningAlgorithm.ES256, NOW);
        hsm().open(other, SigningAlgorithm.ES256).sign(INPUT);
        hsm().destroy(other);

        byte[] signature = handle.sign(INPUT);
        assertThat(JoseSignatures.verifies(publicHalf(key), SigningAlgorithm.ES256, INPUT, signature))
                .isTrue();
    }

    @Test
    void destroysAndDestroysAgain() {
        CkaId id = freshId();
        hsm().generate(id, SigningAlgorithm.ES256, NOW);

        hsm().destroy(id);
        hsm().destroy(id);

        assertThat(hsm().find(id)).isEmpty();
        assertThat(hsm().list()).noneMatch(key -> key.location().id().equals(id));
        assertFailsWith(ErrorCode.TOKEN_KEY_MISSING, () -> hsm().sign(id, SigningAlgorithm.ES256, INPUT));
        assertFailsWith(ErrorCode.TOKEN_KEY_MISSING, () -> hsm().open(id, SigningAlgorithm.ES256));
    }

    @Test
    void signsNoMoreWithAKeyThatAnotherLoginDestroyed() {
        CkaId id = freshId();
        hsm().generate(id, SigningAlgorithm.ES256, NOW);
        SigningHandle handle = hsm().open(id, SigningAlgorithm.ES256);
        handle.sign(INPUT);
        assertThat(hsm().find(id)).isPresent();

        try (Hsm other = loginAgain()) {
            other.destroy(id);
        }

        assertThat(hsm().find(id)).isEmpty();
        assertFailsWith(ErrorCode.TOKEN_KEY_MISSING, () -> hsm().sign(id, SigningAlgorithm.ES256, INPUT));
        assertFailsWith(ErrorCode.TOKEN_KEY_MISSING, () -> handle.sign(INPUT));
    }

    @Test
    void refusesAnIdWithNothingUnderIt() {
        assertFailsWith(ErrorCode.TOKEN_KEY_MISSING, () -> hsm().sign(freshId(), SigningAlgorithm.ES256, INPUT));
        assertFailsWith(ErrorCode.TOKEN_KEY_MISSING, () -> hsm().open(freshId(), SigningAlgorithm.ES256));
        hsm().destroy(freshId());
    }

    @Test
    void seesWhatAnotherLoginMade() {
        CkaId id = freshId();
        try (Hsm other = loginAgain()) {
            hsm().describe();
            TokenKey made = other.generate(id, SigningAlgorithm.ES256, NOW);

            assertThat(hsm().find(id)).contains(made);
            byte[] signature = hsm().open(id, SigningAlgorithm.ES256).sign(INPUT);
            assertThat(JoseSignatures.verifies(publicHalf(made), SigningAlgorithm.ES256, INPUT, signature))
                    .isTrue();
        }
        assertThat(hsm().find(id)).isPresent();
    }

    @Test
    void signsFromManyThreads() throws Exception {
        CkaId id = freshId();
        TokenKey key = hsm().generate(id, SigningAlgorithm.ES256, NOW);
        SigningHandle handle = hsm().open(id, SigningAlgorithm.ES256);

        List<Callable<Boolean>> tasks = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            byte[] input = ("input of thread " + thread).getBytes(StandardCharsets.US_ASCII);
            tasks.add(() -> {
                boolean good = true;
                for (int i = 0; i < SIGNATURES_EACH; i++) {
                    good &= JoseSignatures.verifies(publicHalf(key), SigningAlgorithm.ES256, input, handle.sign(input));
                }
                return good;
            });
        }
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            for (Future<Boolean> outcome : pool.invokeAll(tasks)) {
                assertThat(outcome.get()).isTrue();
            }
        } finally {
            pool.shutdownNow();
        }
    }

    /** The public half, which every key made here must have. */
    protected static VerificationKey publicHalf(TokenKey key) {
        return Objects.requireNonNull(key.publicKey(), "the token shows no public half");
    }

    /** That a call fails with a code. */
    protected static void assertFailsWith(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KeymgrException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
