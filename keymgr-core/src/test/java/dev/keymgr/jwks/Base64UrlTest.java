package dev.keymgr.jwks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Base64UrlTest {
    @ParameterizedTest
    @ValueSource(strings = {"QQ==", "QQ=", "QR", "QUJ", "Q", "Q Q", "QQ\n", "+A", "/A", "QQ.", "=", "ÄÄ"})
    void refusesEverySpellingButTheCanonicalOne(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Base64Url.decode(text));
    }

    @Test
    void decodesWhatItEncoded() {
        Random random = new Random(4_648);
        for (int length = 0; length < 200; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);

            assertThat(Base64Url.decode(Base64Url.encode(bytes))).isEqualTo(bytes);
        }
    }
}
